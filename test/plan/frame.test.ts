import { describe, expect, it } from "vitest";
import { codeFrame } from "../../src/plan/frame.ts";
import type { PlanIssue } from "../../src/plan/issue.ts";

const issueAt = (line: number, column: number): PlanIssue => ({
  code: "unknown-key",
  severity: "error",
  path: "a",
  line,
  column,
  message: "No such key.",
  hint: "Write `b`.",
});

describe("a code frame", () => {
  it("shows the line with two lines around it, a caret, the message and the hint", () => {
    const text = ["one", "two", "three", "four", "five", "six"].join("\n");
    expect(codeFrame(text, issueAt(4, 3)).split("\n")).toEqual([
      "  2 | two",
      "  3 | three",
      "> 4 | four",
      "    |   ^",
      "  5 | five",
      "  6 | six",
      "No such key.",
      "Write `b`.",
    ]);
  });

  it("lines up where the line numbers grow longer", () => {
    const text = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`).join("\n");
    expect(codeFrame(text, issueAt(9, 1))).toContain(
      "   7 | line 7\n   8 | line 8\n>  9 | line 9\n     | ^\n  10 | line 10",
    );
  });

  it("begins at the beginning and ends at the end", () => {
    expect(codeFrame("only", issueAt(1, 1))).toBe("> 1 | only\n    | ^\nNo such key.\nWrite `b`.");
    expect(codeFrame("", issueAt(1, 1))).toBe("> 1 |\n    | ^\nNo such key.\nWrite `b`.");
  });

  it("puts the caret under wide characters and behind tabs", () => {
    expect(codeFrame("title: 배포 x", issueAt(1, 11))).toContain(`\n    | ${" ".repeat(12)}^`);
    expect(codeFrame("\ta", issueAt(1, 2))).toContain(">\u00201 |  a\n    |  ^");
  });

  it("shows no control character and no mark that reorders text", () => {
    const frame = codeFrame("a\u001b[2J\u202eb\r\n\u0007", { ...issueAt(1, 1), message: "No\u001b key\n." });
    expect([...frame].filter((character) => "\u001b\u202e\u0007\r".includes(character))).toEqual([]);
    expect(frame.split("\n")).toHaveLength(5);
  });

  it("shows the part of a long line that matters", () => {
    const text = `${"x".repeat(5_000)}HERE${"y".repeat(5_000)}`;
    const [line = "", caret = ""] = codeFrame(text, issueAt(1, 5_001)).split("\n");
    expect(line.length).toBeLessThan(150);
    expect(line).toMatch(/^> 1 \| ….*…$/u);
    expect(line.slice(caret.indexOf("^"), caret.indexOf("^") + 4)).toBe("HERE");
  });

  it("is not put off by a byte-order mark at the beginning", () => {
    expect(codeFrame("\uFEFFabc", issueAt(1, 2))).toContain("> 1 | abc\n    |  ^");
  });
});
