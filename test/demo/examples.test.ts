import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { parseHostsFile } from "../../src/plan/hosts-file.ts";
import { parsePlan } from "../../src/plan/parse.ts";

const read = (file: string) => readFileSync(path.join("examples", file), "utf8");

function parse(file: string) {
  const result = parsePlan(read(file));
  expect(result.issues).toEqual([]);
  if (!result.ok) throw new Error(`${file} is not valid`);
  return result.plan;
}

describe("the examples", () => {
  it.each(["demo/to-2.0.yml", "demo/to-3.0.yml", "local-files/plan.yml"])(
    "%s has no error and no warning",
    (file) => {
      expect(parse(file).targets.connect).toBe("local");
    },
  );

  it("has two plans for the demo that differ in nothing but the change's name", () => {
    const { change: good, ...first } = parse("demo/to-2.0.yml");
    const { change: bad, ...second } = parse("demo/to-3.0.yml");
    expect(second).toEqual(first);
    expect(bad.id).not.toBe(good.id);
  });

  it("has a list of twelve hosts for them", () => {
    const hosts = parseHostsFile(read("demo/hosts.yml"), "yaml");
    expect(hosts.ok && hosts.targets.length).toBe(12);
  });
});
