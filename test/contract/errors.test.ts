import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Outcome } from "../../src/rollout/events.ts";
import { listFiles } from "./tree.ts";

const [errors = "", outcomes = ""] = readFileSync("docs/errors.md", "utf8").split(/^## Outcomes/m);
const source = readFileSync("src/errors.ts", "utf8");
const declared = [...source.matchAll(/^ {2}\| "([A-Z_]+)"/gm)].map(([, code]) => code);
const rows = (text: string) =>
  text
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) =>
      line
        .split("|")
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
    expect(rows(outcomes).map(([outcome]) => bare(outcome))).toEqual(Outcome.options);
  });

  it("has every reason code that the rollout gives, and none besides", () => {
    const rollout = listFiles("src/rollout/*.ts", "src/report/phase.ts")
      .map((file) => readFileSync(file, "utf8"))
      .join("\n");
    const given = [
      ...rollout.matchAll(/reasonCode: "([a-z-]+)"|\["(?:rolled-back|rollback-incomplete)", "([a-z-]+)"\]/g),
    ];
    const codes = new Set(given.map(([, literal, paired]) => literal ?? paired));
    expect(new Set(rows(outcomes).map(([, code]) => bare(code)))).toEqual(codes);
  });
});
