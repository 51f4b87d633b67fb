import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect } from "vitest";
import type { PlanResult } from "../../src/plan/parse.ts";
import { renderIssuesText } from "../../src/report/plan-report.ts";

const VALID = "test/fixtures/plans/valid";
/** Counting its targets over and over would take most of the time. */
const SLOW = "targets-a-hundred-thousand.yml";
const plans = readdirSync(VALID)
  .filter((name) => name !== SLOW)
  .map((name) => readFileSync(`${VALID}/${name}`, "utf8"));

const SCRAPS = [
  ..."{}[]:-?,#&*!|>'\"%@`\\\n\t ",
  ...["- ", ": ", "? ", "<<: ", "*a", "&a ", "!!str ", "---\n", "...\n", "null", "~", "__proto__: "],
  ...["\uFEFF", "\u202E", "\ud800", "\u0000", "\r", '"\\x"', "1e999", ".nan", "0x1F", "|+9\n"],
  ...["{host}", "[1:999999999]", "0%", "-1", "0s", "999d", "2027-03-28T02:30", "Europe/Berlin"],
];
/** What stands in plans, so that a mutant is more often a plan with another meaning than a broken text. */
const WORDS = [...new Set(plans.flatMap((plan) => plan.match(/[\w"$%@./-]+/g) ?? []))];

const pieces = fc.oneof(
  fc.constantFrom(...SCRAPS),
  fc.constantFrom(...WORDS),
  fc.string({ unit: "binary", maxLength: 20 }),
);
const cuts = fc.array(fc.record({ at: fc.nat(), length: fc.nat(40), piece: pieces }), {
  minLength: 1,
  maxLength: 4,
});

/** A valid plan with a few pieces taken out, put in or moved. */
const mutants = fc.record({ plan: fc.constantFrom(...plans), cuts }).map((mutant) =>
  mutant.cuts.reduce((text, { at, length, piece }) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + length);
  }, mutant.plan),
);

/** One word in the place of another: the shape stays, and the rules are asked. */
const exchanges = fc
  .record({ plan: fc.constantFrom(...plans), at: fc.nat(), word: fc.constantFrom(...WORDS, ...SCRAPS) })
  .map(({ plan, at, word }) => {
    const words = [...plan.matchAll(/[\w"$%@./-]+/g)];
    const old = words[at % words.length];
    if (old === undefined) return plan;
    return plan.slice(0, old.index) + word + plan.slice(old.index + old[0].length);
  });

/** Lines of several plans in one. */
const mixtures = fc
  .array(
    fc.record({ plan: fc.constantFrom(...plans), from: fc.nat(30), count: fc.integer({ min: 1, max: 30 }) }),
    {
      minLength: 2,
      maxLength: 4,
    },
  )
  .map((parts) =>
    parts
      .map(({ plan, from, count }) =>
        plan
          .split("\n")
          .slice(from, from + count)
          .join("\n"),
      )
      .join("\n"),
  );

/** Texts that are plans, nearly, and not at all. */
export const planTexts = fc.oneof(
  { arbitrary: mutants, weight: 4 },
  { arbitrary: exchanges, weight: 4 },
  { arbitrary: mixtures, weight: 1 },
  { arbitrary: fc.array(pieces, { maxLength: 60 }).map((all) => all.join("")), weight: 1 },
  { arbitrary: fc.string({ unit: "binary", maxLength: 2_000 }), weight: 1 },
);

/** Each rejection has an error, and each issue a place that can be shown. */
export function expectSound({ ok, issues }: PlanResult, text: string): void {
  expect(ok).toBe(!issues.some(({ severity }) => severity === "error"));
  const lines = text.split("\n");
  for (const issue of issues) {
    expect(issue.line).toBeLessThanOrEqual(lines.length);
    expect(issue.column).toBeLessThanOrEqual((lines[issue.line - 1] ?? "").length + 1);
    expect(renderIssuesText([issue], "plan.yml", text)).toMatch(/^ *\^$/m);
  }
}
