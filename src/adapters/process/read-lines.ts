import type { Readable } from "node:stream";

export type LineReader = Readonly<{
  /** The next line; null when there will be none. One caller at a time. */
  next(): Promise<string | null>;
}>;

/** Short lines of our own processes, one by one. */
export function readLines(stream: Readable): LineReader {
  const lines: (string | null)[] = [];
  let waiting: ((line: string | null) => void) | null = null;
  let rest = "";
  const deliver = (line: string | null) => {
    if (waiting === null) {
      lines.push(line);
      return;
    }
    waiting(line);
    waiting = null;
  };
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) deliver(part);
  });
  stream.once("close", () => deliver(null));
  return {
    next() {
      const line = lines.shift();
      if (line !== undefined) {
        if (line === null) lines.push(null);
        return Promise.resolve(line);
      }
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
  };
}
