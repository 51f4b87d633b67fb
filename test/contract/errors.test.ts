import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Outcome } from "../../src/rollout/event-parts.ts";
import { findPlanCodes, findWarningCodes } from "./plan-codes.ts";
import { listFiles } from "./tree.ts";

const [, errors = "", outcomes = "", problems = ""] = readFileSync("docs/errors.md", "utf8").split(/^## /m);
const source = readFileSync("src/errors.ts", "utf8");
const declared = [...source.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code);
const rows = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
const bare = (cell: string | undefined) => cell?.replaceAll("`", "");

describe("docs/errors.md", () => {
  it("has one row for every error code, in the order of the code, and none besides", () => {
    expect(declared.length).toBeGreaterThan(10);
    expect(rows(errors).map(([code]) => bare(code))).toEqual(declared);
  });

  it("says for each what happened and what to do", () => {
    const thin = rows(errors).filter((cells) => cells.length !== 3 || cells.some((cell) => cell.length < 6));
    expect(thin).toEqual([]);
  });

  it("has a row for every outcome", () => {
    expect([...new Set(rows(outcomes).map(([outcome]) => bare(outcome)))]).toEqual(Outcome.options);
  });

  it("has every reason code that the rollout gives, and none besides", () => {
    const rollout = listFiles("src/rollout/*.ts", "src/report/phase.ts")
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    const finished = [...rollout.matchAll(/outcome: "([a-z-]+)", reasonCode: "([a-z-]+)"/g)];
    const ended = [...rollout.matchAll(/\bend\("([a-z-]+)", "([a-z-]+)"/g)];
    const told = [...finished, ...ended].map(([, outcome, code]) => `${outcome} ${code}`);
    const of = (call: string) => [...rollout.matchAll(new RegExp(`\\b${call}\\(\\s*"([a-z-]+)"`, "g"))];
    const rejected = of("reject").map(([, code]) => `rejected ${code}`);
    const held = of("hold").map(([, code]) => `held ${code}`);
    // By the phase of the check that said no.
    const refused = rollout.includes(`\${refusal.phase}-failed`) ? ["contact", "preflight"] : [];
    const interrupted = rollout.includes(`reasonCode: "interrupted"`) ? ["interrupted interrupted"] : [];
    const given = [...told, ...rejected, ...held, ...interrupted].concat(
      refused.map((phase) => `rejected ${phase}-failed`),
    );
    expect(given.length).toBeGreaterThan(15);
    const documented = rows(outcomes).map(([outcome, code]) => `${bare(outcome)} ${bare(code)}`);
    expect(documented.toSorted()).toEqual([...new Set(given)].toSorted());
  });
});

describe("docs/errors.md on problems in a plan", () => {
  const [plain = "", warnings = ""] = problems.split(/^### Warnings/m);
  const codesOf = (text: string) => rows(text).map(([code]) => bare(code) ?? "");
  const sorted = (codes: Iterable<string>) => [...codes].sort();

  it("has one row for every code that the sources can give, and none besides", () => {
    expect(findPlanCodes().size).toBeGreaterThan(100);
    expect(sorted([...codesOf(plain), ...codesOf(warnings)])).toEqual(sorted(findPlanCodes()));
  });

  it("has a row for every code of an invalid plan among the fixtures", () => {
    const fixtures = listFiles("test/fixtures/plans/invalid/*.yml").map((file) => readFileSync(file, "utf8"));
    const expected = fixtures.map((text) => /^# expect ([a-z-]+)/.exec(text)?.[1] ?? "none");
    expect(expected.length).toBeGreaterThan(100);
    const told = codesOf(problems);
    expect(expected.filter((code) => !told.includes(code))).toEqual([]);
  });

  it("has the warnings, and only them, among the warnings", () => {
    expect(sorted(codesOf(warnings))).toEqual(sorted(findWarningCodes()));
  });

  it("says for each what it means and what to write instead", () => {
    const thin = rows(problems).filter(
      (cells) => cells.length !== 3 || cells.some((cell) => cell.length < 5),
    );
    expect(thin).toEqual([]);
  });
});
