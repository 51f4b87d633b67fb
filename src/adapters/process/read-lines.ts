import type { Readable } from "node:stream";

export type LineReader = Readonly<{
  /** The next line; null once there will be none. One caller at a time. */
  next(): Promise<string | null>;
}>;

/** The short lines of a process of our own, one by one. */
export function readLines(stream: Readable): LineReader {
  const lines: string[] = [];
  let rest = "";
  let isOver = false;
  let onNews = () => {};
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    onNews();
  });
  stream.once("close", () => {
    isOver = true;
    onNews();
  });
  return {
    async next() {
      while (lines.length === 0 && !isOver) {
        await new Promise<void>((resolve) => {
          onNews = resolve;
        });
      }
      return lines.shift() ?? null;
    },
  };
}
