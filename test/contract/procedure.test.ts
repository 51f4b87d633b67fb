import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listKeys, printKeyPath } from "../../scripts/reference/paths.ts";
import { readProcedure } from "../../scripts/reference/procedure.ts";
import { PlanDocument } from "../../src/plan/schema/plan.ts";

const page = readFileSync("docs/procedure.md", "utf8");
const rows = readProcedure(page);
/** How many rows each part of the procedure has. */
const PARTS = { A: 3, B: 11, C: 5, D: 6, E: 4, F: 11, G: 2 };

describe("docs/procedure.md", () => {
  it("has every row of the procedure once, in its order", () => {
    const ids = Object.entries(PARTS).flatMap(([part, count]) =>
      Array.from({ length: count }, (_, index) => `${part}${index + 1}`),
    );
    expect(rows.map(({ id }) => id)).toEqual(ids);
    expect([...page.matchAll(/^\| [A-G]\d+\b/gm)].length).toBe(ids.length);
  });

  it("names for each row the keys that carry it, and each of them is in the language", () => {
    const known = new Set(listKeys(PlanDocument).map(({ path }) => printKeyPath(path)));
    const stepKeys = ["before", "each", "after"].map((scope) => `apply.${scope}`);
    expect(stepKeys.every((key) => known.has(key))).toBe(true);
    expect(rows.filter(({ keys }) => keys.length === 0)).toEqual([]);
    expect(rows.flatMap(({ keys }) => keys).filter((key) => !known.has(key))).toEqual([]);
  });
});
