import type { Observer } from "../ports.ts";

/** Where a person watches a change. Nothing here throws, whatever becomes of the stream. */
export interface Display {
  readonly observer: Observer;
  /** Whether there is a board, which a person may answer. */
  readonly isBoard: boolean;
  /** One line of the log that belongs to no event: a command's output, a notice. It may hold anything. */
  log(line: string): void;
  /** A line below the board, asked for with each frame; null is none. */
  prompt(line: () => string | null): void;
  /** Shows the last state and lets go of the stream. May be called again. */
  close(): void;
}

/** How lines and frames get onto a stream. */
export interface Pane {
  /** One finished line, which stays. */
  print(line: string): void;
  /** A line that is a command to the runner which reads along. */
  command(line: string): void;
  /** What is shown has changed. */
  touch(): void;
  close(): void;
}

/** The part of a terminal or pipe that a display uses; process.stdout and process.stderr are such. */
export interface DisplayStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): boolean;
  /** Writes a command to a runner, where whatever else is written is none. */
  command?(line: string): void;
  on(event: "resize" | "drain" | "error", listener: () => void): unknown;
  off(event: "resize" | "drain" | "error", listener: () => void): unknown;
}
