import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import type { Figure } from "./benchmark.ts";

const INDEX_BYTES_MAX = 1_200_000;

export const name = "bundle size";
export const budget = "dist/index.js, minified, at most 1.2 MB";

export async function run(): Promise<readonly Figure[]> {
  return [...sizeOf("dist/index.js", INDEX_BYTES_MAX), ...sizeOf("dist/cli.js", null)];
}

function sizeOf(file: string, atMost: number | null): readonly Figure[] {
  const bytes = readFileSync(file);
  const figure = { unit: "bytes", spread: null } as const;
  return [
    { ...figure, what: file, value: bytes.length, atMost },
    { ...figure, what: `${file}, gzip`, value: gzipSync(bytes).length, atMost: null },
  ];
}
