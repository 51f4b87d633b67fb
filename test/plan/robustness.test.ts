import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { codeFrame } from "../../src/plan/frame.ts";
import { parsePlan } from "../../src/plan/parse.ts";

const VALID = "test/fixtures/plans/valid";
const plans = readdirSync(VALID).map((name) => readFileSync(`${VALID}/${name}`, "utf8"));

const SCRAPS = [
  ..."{}[]:-?,#&*!|>'\"%@`\\\n\t ",
  ...[
    "- ",
    ": ",
    "? ",
    "<<: ",
    "*a",
    "&a ",
    "!!str ",
    "---\n",
    "...\n",
    "null",
    "~",
    "__proto__: ",
    "\uFEFF",
    "\u202E",
  ],
  ...["\ud800", "\u0000", '"\\x"', "1e999", ".nan", "0x1F", "|+9\n", "{host}", "[1:999999999]"],
];

/** A valid plan with a few pieces taken out, put in or moved. */
const mutants = fc
  .record({
    plan: fc.constantFrom(...plans),
    cuts: fc.array(
      fc.record({
        at: fc.nat(),
        length: fc.nat(40),
        scrap: fc.oneof(fc.constantFrom(...SCRAPS), fc.string()),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ plan, cuts }) =>
    cuts.reduce((text, { at, length, scrap }) => {
      const start = at % (text.length + 1);
      return text.slice(0, start) + scrap + text.slice(start + length);
    }, plan),
  );

const texts = fc.oneof(
  mutants,
  fc.string({ unit: "binary" }),
  fc.array(fc.constantFrom(...SCRAPS)).map((all) => all.join("")),
);

it("answers any text, and every rejection has a place in it", () => {
  fc.assert(
    fc.property(texts, (text) => {
      const result = parsePlan(text);
      const lines = text.split("\n");
      expect(result.ok || result.issues.some(({ severity }) => severity === "error")).toBe(true);
      for (const issue of result.issues) {
        expect(issue.line).toBeLessThanOrEqual(lines.length);
        expect(issue.column).toBeLessThanOrEqual((lines[issue.line - 1] ?? "").length + 1);
        expect(codeFrame(text, issue)).toContain("^");
      }
    }),
    { numRuns: 1_500 },
  );
});
