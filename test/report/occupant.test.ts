import { describe, expect, it } from "vitest";
import type { Neighbour, Occupant } from "../../src/gate/neighbours.ts";
import { adviseOnLater, adviseOnOccupant, describeOccupant } from "../../src/report/occupant.ts";

const NEIGHBOUR: Neighbour = {
  id: "CHG-7",
  kind: "unfinished",
  version: "2.0",
  sinceMs: 0,
  hosts: new Set(["a"]),
  kept: null,
  isLast: true,
  state: { outcome: "held", isUntouched: false, running: [] },
};
const occupant = (over: Partial<Neighbour>, kept: Occupant["kept"] = null): Occupant => ({
  neighbour: { ...NEIGHBOUR, ...over },
  kept,
  shared: ["web-1", "web-2"],
});
const dead = { outcome: "interrupted", isUntouched: false, running: ["web-2"] } as const;
const kept = { group: "blue", hosts: new Set(["a"]), untilMs: Date.parse("2026-03-01T13:00:00Z") };

describe("a change in the way", () => {
  it.each<[string, Occupant, RegExp, RegExp]>([
    [
      "held",
      occupant({}),
      /^CHG-7 \(version 2\.0\) is not finished \(held\): its targets may be in two versions\. Shared: web-1, web-2\.$/,
      /`change-deploy resume CHG-7 --environment production`, `change-deploy rollback CHG-7 --environment production`/,
    ],
    [
      "dead",
      occupant({ state: dead }),
      /A step of it may still run on web-2, and write over/,
      /resume CHG-7/,
    ],
    [
      "only prepared",
      occupant({ state: { ...dead, isUntouched: true, running: [] } }),
      /\(interrupted\): it has prepared its targets/,
      /resume CHG-7/,
    ],
    [
      "back in part",
      occupant({ state: { ...dead, outcome: "rollback-incomplete", running: [] } }),
      /rollback-incomplete/,
      /by hand.*rollback --repaired CHG-7/,
    ],
    [
      "kept",
      occupant({ kind: "changed", state: null }, kept),
      /keeps the group blue as it was until 2026-03-01 13:00:00 UTC/,
      /Start after that, or go back first: `change-deploy rollback CHG-7/,
    ],
    ["kept by an earlier attempt", occupant({ isLast: false }, kept), /blue/, /^Start after that\. A plan/],
    ["unreadable", occupant({ kind: "unreadable", state: null }), /cannot be read/, /status CHG-7/],
  ])("that is %s", (_, one, said, advised) => {
    expect(describeOccupant(one)).toMatch(said);
    expect(adviseOnOccupant(one, "--environment production")).toMatch(advised);
    expect(adviseOnOccupant(one, "--environment production")).toMatch(/type: emergency/);
  });

  it("that was carried out later is rolled back first, where that leads back", () => {
    const flags = "--environment production --journal ops";
    expect(adviseOnLater([NEIGHBOUR], "CHG-6", flags)).toMatch(
      /`change-deploy rollback CHG-7 --environment production --journal ops`/,
    );
    const twice = [NEIGHBOUR, { ...NEIGHBOUR, isLast: false }];
    expect(adviseOnLater(twice, "CHG-6", flags)).toMatch(/several attempts.*type: emergency/);
    expect(adviseOnLater([{ ...NEIGHBOUR, kind: "unreadable" }], "CHG-6", flags)).toMatch(/status CHG-7/);
  });
});
