import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";

export type Fifo = Readonly<{ stream: Readable; closed: Promise<void> }>;

/** Both or none. */
export function readFifos(files: Readonly<{ stdout: string; stderr: string }>): [Fifo, Fifo] {
  const stdout = readFifo(files.stdout);
  try {
    return [stdout, readFifo(files.stderr)];
  } catch (error) {
    stdout.stream.destroy();
    throw error;
  }
}

/** The reading end of a named pipe, open at once: its end comes when the last writer has closed. */
function readFifo(file: string): Fifo {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const stream = new Socket({ fd, readable: true, writable: false });
  stream.on("error", () => {});
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  return { stream, closed };
}
