import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const chapter = readFileSync("docs/errors.md", "utf8").split(/^## Approvals that do not count$/m)[1] ?? "";
const source = readFileSync("src/gate/approval-refusal.ts", "utf8");
const declared = [...source.matchAll(/^ {2}\| "([a-z-]+)"/gm)].map(([, code]) => code);
const tables = ["prove-environment", "prove-approvers", "prove-pull-request", "prove-approval"].map((name) =>
  readFileSync(`test/gate/${name}.test.ts`, "utf8"),
);

describe("the reasons why an approval does not count", () => {
  it("have one row each in docs/errors.md, in the order of the code, and none besides", () => {
    expect(declared.length).toBeGreaterThan(20);
    const rows = [...chapter.matchAll(/^\| `([a-z-]+)` \| .{10,} \| .{10,} \|$/gm)].map(([, code]) => code);
    expect(rows).toEqual(declared);
  });

  it("occur each in a situation of the tables, of which there are more than sixty", () => {
    const text = tables.join("\n");
    expect(declared.filter((code) => !text.includes(`"${code}"`))).toEqual([]);
    expect([...text.matchAll(/^ +when: /gm), ...text.matchAll(/\{ when: /gm)].length).toBeGreaterThan(60);
  });
});
