import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MUTATIONS } from "../simulation/mutations.ts";

describe("the faults that are planted into the sources", () => {
  it.each(MUTATIONS.map((mutation) => [mutation.name, mutation] as const))(
    "%s: has its one place there",
    (_, { file, find, replace }) => {
      expect(readFileSync(file, "utf8").split(find)).toHaveLength(2);
      expect(replace).not.toBe(find);
    },
  );

  it("are all in the table of the docs", () => {
    const page = readFileSync("docs/reliability.md", "utf8");
    expect(MUTATIONS.filter(({ name }) => !page.includes(`| ${name} |`))).toEqual([]);
  });
});
