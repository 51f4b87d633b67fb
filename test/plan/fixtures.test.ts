import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parsePlan } from "../../src/plan/parse.ts";

const PLANS = "test/fixtures/plans";
const namesIn = (folder: string) => readdirSync(`${PLANS}/${folder}`).filter((name) => name.endsWith(".yml"));
const read = (folder: string, name: string) => readFileSync(`${PLANS}/${folder}/${name}`, "utf8");

/** The first line says what is expected: `# expect <code> <line>:<column>`. */
function expectationOf(text: string) {
  const [, code, line, column] = /^# expect ([a-z-]+) (\d+):(\d+)\n/.exec(text) ?? [];
  return { code, line: Number(line), column: Number(column) };
}

function answerTo(text: string) {
  const { ok, issues } = parsePlan(text);
  return {
    ok,
    issues: issues.map(({ code, severity, line, column }) => ({ code, severity, line, column })),
  };
}

describe("a valid plan", () => {
  it.each(namesIn("valid"))("%s has nothing to mend", (name) => {
    expect(parsePlan(read("valid", name))).toMatchObject({ ok: true, issues: [] });
  });
});

describe("a plan with one fault", () => {
  it.each(namesIn("invalid"))("%s is refused for it, and there", (name) => {
    const text = read("invalid", name);
    expect(answerTo(text)).toEqual({ ok: false, issues: [{ severity: "error", ...expectationOf(text) }] });
  });
});

describe("a plan with one risk", () => {
  it.each(namesIn("warned"))("%s is accepted with a warning, there", (name) => {
    const text = read("warned", name);
    expect(answerTo(text)).toEqual({ ok: true, issues: [{ severity: "warning", ...expectationOf(text) }] });
  });
});

describe("an issue", () => {
  const all = ["invalid", "warned"].flatMap((folder) => namesIn(folder).map((name) => ({ folder, name })));

  it.each(all)("of $name is told in whole sentences of one line", ({ folder, name }) => {
    for (const { message, hint } of parsePlan(read(folder, name)).issues) {
      expect(message).toMatch(/^\S.*[.!]$/);
      expect(hint).toMatch(/^\S.*[.!]$/);
    }
  });
});

it("the fixtures are many", () => {
  expect(namesIn("valid").length).toBeGreaterThanOrEqual(60);
  expect(namesIn("invalid").length).toBeGreaterThanOrEqual(250);
});
