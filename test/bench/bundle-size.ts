import { readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { Figure } from "./benchmark.ts";

const ACTION_BYTES_MAX = 1_200_000;
/** An import of a part, which is bundled: `from"./chunks/x.js"`, `import("./x.js")`. */
const PART = /(?:from|import)\(?\s*["'`](\.{1,2}\/[^"'`]+\.js)["'`]/g;

export const name = "bundle size";
export const budget = "the action's code, minified, at most 1.2 MB";

export async function run(): Promise<readonly Figure[]> {
  return [...sizeOf("dist/index.js", ACTION_BYTES_MAX), ...sizeOf("dist/cli.js", null)];
}

/** With everything that it may ever load. */
function sizeOf(entry: string, atMost: number | null): readonly Figure[] {
  const files = new Set([entry]);
  // What is added while it is gone through is gone through as well.
  for (const file of files) {
    for (const [, part = ""] of readFileSync(file, "utf8").matchAll(PART)) {
      files.add(path.join(path.dirname(file), part));
    }
  }
  const codes = [...files].map((file) => readFileSync(file));
  const sum = (sizes: readonly number[]) => sizes.reduce((all, size) => all + size, 0);
  const figure = { unit: "bytes", spread: null } as const;
  const what = `${entry} with all its parts`;
  return [
    { ...figure, what, value: sum(codes.map((code) => code.length)), atMost },
    { ...figure, what: "… gzip", value: sum(codes.map((code) => gzipSync(code).length)), atMost: null },
  ];
}
