import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { findWideFunctions, measureFunctions } from "./functions.ts";
import { listFiles } from "./tree.ts";

const FUNCTION_LINES_MAX = 60;
const FILE_LINES_MAX = 250;
const TEST_LINES_MAX = 400;

const files = listFiles("*.ts", "src/**", "scripts/**", "test/**").filter((file) => file.endsWith(".ts"));
const isTest = (file: string) => file.startsWith("test/");
const read = (file: string) => readFileSync(file, "utf8");
const lineCount = (file: string) => read(file).trimEnd().split("\n").length;

describe("the house's sizes", () => {
  it("keep every source file within 250 lines", () => {
    const long = files.filter((file) => !isTest(file) && lineCount(file) > FILE_LINES_MAX);
    expect(long.map((file) => `${file}: ${lineCount(file)} lines`)).toEqual([]);
  });

  it("keep every test file within 400 lines", () => {
    const long = files.filter((file) => isTest(file) && lineCount(file) > TEST_LINES_MAX);
    expect(long.map((file) => `${file}: ${lineCount(file)} lines`)).toEqual([]);
  });

  it("keep every function within 60 lines", () => {
    const long = files.flatMap((file) =>
      measureFunctions(read(file))
        .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
        .map(({ name, line, lines }) => `${file}:${line} ${name}: ${lines} lines`),
    );
    expect(long).toEqual([]);
  });

  it("allow at most three positional parameters", () => {
    const wide = files.flatMap((file) => findWideFunctions(read(file)).map((name) => `${file}: ${name}`));
    expect(wide).toEqual([]);
  });
});

describe("the measure", () => {
  it("counts a declaration, a method and an arrow from the first to the last line", () => {
    const text = [
      "export async function alpha(",
      "  one: string,",
      "): Promise<void> {",
      "  if (one) {",
      "    work();",
      "  }",
      "}",
      "",
      "const beta = (items: string[]) => {",
      "  return items.map((item) => {",
      "    return item;",
      "  });",
      "};",
      "",
      "class Gamma {",
      "  delta(): void {",
      "    work();",
      "  }",
      "}",
    ].join("\n");
    expect(measureFunctions(text)).toEqual([
      { name: "alpha", line: 1, lines: 7 },
      { name: "beta", line: 9, lines: 5 },
      { name: "return items.map((item) => {", line: 10, lines: 3 },
      { name: "delta", line: 16, lines: 3 },
    ]);
  });

  it("finds a function that is too long", () => {
    const text = ["function long() {", ...Array.from({ length: 60 }, () => "  work();"), "}"].join("\n");
    expect(measureFunctions(text)).toEqual([{ name: "long", line: 1, lines: 62 }]);
  });

  it("counts positional parameters, and an object as one", () => {
    expect(findWideFunctions("function four(a: A, b: B, c: C, d: D): void {")).toEqual(["four"]);
    expect(findWideFunctions("function one({ a, b, c, d }: Options, e: Map<A, B>): void {")).toEqual([]);
  });
});
