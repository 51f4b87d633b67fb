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

describe("a valid plan", () => {
  it.each(namesIn("valid"))("%s has nothing to mend", (name) => {
    expect(parsePlan(read("valid", name))).toMatchObject({ ok: true, issues: [] });
  });
});

describe("a plan with one fault", () => {
  it.each(namesIn("invalid"))("%s is refused for it, and there", (name) => {
    const text = read("invalid", name);
    const result = parsePlan(text);
    const places = result.issues.map(({ code, line, column }) => ({ code, line, column }));
    expect({ ok: result.ok, places }).toEqual({ ok: false, places: [expectationOf(text)] });
  });

  it.each(namesIn("invalid"))("%s is told in whole sentences", (name) => {
    for (const { message, hint } of parsePlan(read("invalid", name)).issues) {
      expect(message).toMatch(/^\S.*[.!]$/s);
      expect(hint).toMatch(/^\S.*[.!]$/s);
    }
  });
});
