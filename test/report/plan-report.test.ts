import { describe, expect, it } from "vitest";
import type { PlanIssue } from "../../src/plan/issue.ts";
import {
  annotateIssues,
  countIssues,
  renderIssuesMarkdown,
  renderIssuesText,
} from "../../src/report/plan-report.ts";
import { HOSTILE_CASES } from "./hostile.ts";

const FILE = "change-plan.yml";
const SOURCE = "change-plan: 1\nchange:\n  id: CHG-1\n  titel: Checkout\nstrategy:\n\trolling: {}\n";

function makeIssue(more: Partial<PlanIssue> = {}): PlanIssue {
  return {
    code: "unknown-key",
    severity: "error",
    path: "change.titel",
    line: 4,
    column: 3,
    message: 'There is no key "titel" here.',
    hint: 'Write "title".',
    ...more,
  };
}

describe("problems as text", () => {
  it("name the place, show it, and say what to do", () => {
    expect(renderIssuesText([makeIssue()], FILE, SOURCE)).toBe(
      [
        'change-plan.yml:4:3: error unknown-key at change.titel: There is no key "titel" here.',
        "  4 |   titel: Checkout",
        "        ^",
        '  hint: Write "title".',
        "",
        "change-plan.yml: 1 error",
      ].join("\n"),
    );
  });

  it("show the place in a line that is as long as a plan can be", () => {
    const source = `${" ".repeat(100_000)}here${"x".repeat(100_000)}`;
    const text = renderIssuesText([makeIssue({ line: 1, column: 100_001, path: "" })], FILE, source);
    const [, line = "", mark = ""] = text.split("\n");
    expect(line.length).toBeLessThan(120);
    expect(line.slice(mark.indexOf("^"))).toMatch(/^here/u);
  });

  it("need no source, and survive a place that it does not have", () => {
    expect(renderIssuesText([makeIssue()], FILE)).not.toContain("|");
    expect(renderIssuesText([makeIssue({ line: 99 })], FILE, SOURCE)).not.toContain("|");
  });

  it.each(HOSTILE_CASES)("carry no command and no control character: %s", (_, text) => {
    const issue = makeIssue({ code: text, path: text, message: text, hint: text, line: 1, column: 3 });
    const printed = renderIssuesText([issue], text, text);
    expect(printed).not.toMatch(/##\[|(?!\n)\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069]/u);
    for (const line of printed.split("\n")) expect(line).not.toMatch(/^\s*::/u);
  });

  it("count what they are", () => {
    expect(countIssues([])).toBe("no problems");
    expect(countIssues([makeIssue(), makeIssue({ severity: "warning" }), makeIssue()])).toBe(
      "2 errors, 1 warning",
    );
  });
});

describe("problems as a table", () => {
  it("have errors first", () => {
    const table = renderIssuesMarkdown(
      [makeIssue({ severity: "warning", message: "later" }), makeIssue()],
      FILE,
    );
    expect(table.split("\n").slice(-3, -1)).toEqual([
      '| ❌ | 4:3 `change.titel` | There is no key "titel" here. | Write "title". | `unknown-key` |',
      '| ⚠️ | 4:3 `change.titel` | later | Write "title". | `unknown-key` |',
    ]);
  });

  it("are bounded", () => {
    const issues = Array.from({ length: 20_000 }, () =>
      makeIssue({ message: "x".repeat(1_000), hint: "y".repeat(1_000) }),
    );
    const table = renderIssuesMarkdown(issues, FILE);
    expect(table.length).toBeLessThanOrEqual(60_001);
    expect(table).toMatch(/_19,\d+ more problems left out here/u);
    expect(renderIssuesText(issues, FILE)).toContain("19,500 problems more");
  });
});

describe("problems as annotations", () => {
  it("are ten at most, errors first", () => {
    const warnings = Array.from({ length: 12 }, () => makeIssue({ severity: "warning" }));
    const annotations = annotateIssues([...warnings, makeIssue()], FILE);
    expect(annotations).toHaveLength(10);
    expect(annotations[0]).toEqual({
      level: "error",
      title: "unknown-key",
      message: 'There is no key "titel" here. Write "title".',
      file: FILE,
      line: 4,
      column: 3,
    });
  });
});
