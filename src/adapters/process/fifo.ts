import { constants, openSync } from "node:fs";
import { Socket } from "node:net";
import type { Readable } from "node:stream";

export type Fifo = Readonly<{ stream: Readable; closed: Promise<void> }>;

/** The reading end of a named pipe, open at once: its end comes when the last writer has closed. */
export function readFifo(file: string): Fifo {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const stream = new Socket({ fd, readable: true, writable: false });
  stream.on("error", () => {});
  const closed = new Promise<void>((resolve) => stream.once("close", () => resolve()));
  return { stream, closed };
}
