import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const readAll = (folder: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(`${folder}/${name}`, "utf8"))
    .join("\n");

describe("the scenarios", () => {
  it("play every row of the procedure that is about doing, each under its id", () => {
    const rows = [...readFileSync("docs/procedure.md", "utf8").matchAll(/^\| ([C-G]\d+) \|/gm)].map(
      ([, id]) => id,
    );
    const played = new Set(
      [...readAll("test/scenarios").matchAll(/describe\("([C-G]\d+)\b/g)].map(([, id]) => id),
    );
    expect(rows.length).toBeGreaterThanOrEqual(28);
    expect(rows.filter((id) => !played.has(id))).toEqual([]);
  });
});

describe("the regressions of other engines", () => {
  it("are forty at least, each named by its public number", () => {
    const named = new Set(readAll("test/regressions").match(/(?<=")[a-z][a-z0-9_-]*#\d+(?=[":])/g));
    expect(named.size).toBeGreaterThanOrEqual(40);
  });
});
