import { stripVTControlCharacters } from "node:util";
import type { DisplayStream, Pane } from "./display.ts";

const REDRAW_MS = 100;
const TICK_MS = 1_000;
/** Log lines that one frame takes; of a command that prints faster, the middle is left out. */
const LOG_LINES_MAX = 500;
const COLUMNS_DEFAULT = 80;
const ROWS_DEFAULT = 24;

const WRAP_OFF = "\u001b[?7l";
const WRAP_ON = "\u001b[?7h";
const ERASE_BELOW = "\u001b[J";
const up = (rows: number) => (rows > 0 ? `\u001b[${rows}A` : "");

export type Screen = Readonly<{ columns: number; rows: number; color: boolean; unicode: boolean }>;

export type BoardOptions = Readonly<{
  stream: DisplayStream;
  color: boolean;
  unicode: boolean;
  now: () => number;
  /** One frame: at most `rows` lines, none wider than `columns`. */
  render: (nowMs: number, screen: Screen) => readonly string[];
}>;

/**
 * A board at the bottom of a terminal, drawn in place, with the log scrolling above it.
 *
 * The cursor is never hidden, and every write leaves it below the board with wrapping on: so there is
 * nothing to restore on any way out, a SIGKILL included.
 */
export function openBoard(options: BoardOptions): Pane {
  return new Board(options);
}

class Board implements Pane {
  readonly #options: BoardOptions;
  /** What stands on the terminal, line by line. */
  #frame: readonly string[] = [];
  #log: string[] = [];
  #logLinesLeftOut = 0;
  #blocked = false;
  #closed = false;
  #redraw: NodeJS.Timeout | null = null;
  readonly #tick: NodeJS.Timeout;

  constructor(options: BoardOptions) {
    this.#options = options;
    options.stream.on("resize", this.#onResize);
    options.stream.on("drain", this.#onDrain);
    options.stream.on("error", this.#onError);
    this.#tick = setInterval(() => this.#draw(), TICK_MS).unref();
  }

  /** No runner reads a terminal. */
  command(line: string): void {
    this.print(line);
  }

  print(line: string): void {
    if (this.#closed) return;
    if (this.#log.length >= LOG_LINES_MAX) {
      this.#log.splice(LOG_LINES_MAX / 2, 1);
      this.#logLinesLeftOut++;
    }
    this.#log.push(line);
    this.touch();
  }

  close(): void {
    if (this.#closed) return;
    this.#blocked = false;
    this.#draw();
    this.#letGo();
  }

  /** The error listener stays: the terminal may still go away before the last write has arrived. */
  #letGo(): void {
    this.#closed = true;
    clearInterval(this.#tick);
    if (this.#redraw !== null) clearTimeout(this.#redraw);
    this.#options.stream.off("resize", this.#onResize);
    this.#options.stream.off("drain", this.#onDrain);
  }

  touch(): void {
    if (this.#closed || this.#redraw !== null) return;
    this.#redraw = setTimeout(() => {
      this.#redraw = null;
      this.#draw();
    }, REDRAW_MS).unref();
  }

  #draw(): void {
    if (this.#closed || this.#blocked) return;
    const frame = this.#render();
    const log = this.#takeLog();
    const unchanged =
      frame.length === this.#frame.length && frame.every((line, at) => line === this.#frame[at]);
    if (unchanged && log.length === 0) return;

    const { columns } = this.#screen();
    const rows = this.#frame.reduce((sum, line) => sum + countRows(line, columns), 0);
    const text = `${up(rows)}\r${ERASE_BELOW}${joinLines(log)}${WRAP_OFF}${joinLines(frame)}${WRAP_ON}`;
    this.#frame = frame;
    // A terminal that cannot keep up gets the newest frame later instead of every one in between.
    this.#blocked = !this.#options.stream.write(text);
  }

  #render(): readonly string[] {
    const screen = this.#screen();
    return this.#options.render(this.#options.now(), screen).slice(0, screen.rows);
  }

  #takeLog(): string[] {
    const lines = this.#log;
    if (this.#logLinesLeftOut > 0) {
      lines.splice(LOG_LINES_MAX / 2, 0, `(${this.#logLinesLeftOut} lines left out)`);
    }
    this.#log = [];
    this.#logLinesLeftOut = 0;
    return lines;
  }

  /** One row less than there are: the cursor waits below the board. */
  #screen(): Screen {
    const { stream, color, unicode } = this.#options;
    const columns = stream.columns || COLUMNS_DEFAULT;
    return { columns, rows: Math.max(1, (stream.rows || ROWS_DEFAULT) - 1), color, unicode };
  }

  readonly #onResize = () => this.touch();
  readonly #onDrain = () => {
    this.#blocked = false;
    this.touch();
  };
  /** The change goes on without a watcher. */
  readonly #onError = () => this.#letGo();
}

/** A narrower terminal has broken the line that it showed into several. */
function countRows(line: string, columns: number): number {
  const width = [...stripVTControlCharacters(line)].length;
  return Math.max(1, Math.ceil(width / columns));
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
