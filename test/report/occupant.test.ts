import { describe, expect, it } from "vitest";
import type { Neighbour, Occupant } from "../../src/gate/neighbours.ts";
import { adviseOnLater, adviseOnOccupant, describeOccupant } from "../../src/report/occupant.ts";

const NEIGHBOUR: Neighbour = {
  id: "CHG-7",
  kind: "unfinished",
  version: "2.0",
  since: { token: 7, ms: 0 },
  hosts: new Set(["a"]),
  kept: null,
  isLast: true,
  state: { outcome: "held", isUntouched: false, running: [] },
};
const occupant = (over: Partial<Neighbour>, kept: Occupant["kept"] = null): Occupant => ({
  neighbour: { ...NEIGHBOUR, ...over },
  kept,
  shared: ["web-1", "web-2"],
  buriedBy: [],
});
const LATER: Neighbour = { ...NEIGHBOUR, kind: "changed", state: null };
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

  it("that lies beneath a later one itself says so, for its own way out is barred", () => {
    const later = { ...LATER, id: "CHG-8", kind: "frozen" } as const;
    const advice = adviseOnOccupant({ ...occupant({}), buriedBy: [later] }, "--environment production");
    expect(advice).toMatch(/^CHG-7 lies beneath CHG-8 itself\. CHG-8 is frozen.*type: emergency/);
    expect(advice).not.toContain("resume CHG-7");
    const prepared = occupant({ state: { ...dead, isUntouched: true, running: [] } });
    expect(adviseOnOccupant({ ...prepared, buriedBy: [later] }, "--environment production")).toMatch(
      /^Nothing of CHG-7 .*`change-deploy rollback CHG-7/,
    );
    const keeps = occupant({ kind: "changed", state: null }, kept);
    expect(adviseOnOccupant({ ...keeps, buriedBy: [later] }, "")).not.toContain("rollback");
  });
});

describe("a change that was carried out later", () => {
  const flags = "--environment production --journal ops";
  const buried = { id: "CHG-6", isUntouched: false, isOver: true };
  const advise = (later: readonly Neighbour[], over: Partial<typeof buried> = {}) =>
    adviseOnLater(later, { ...buried, ...over }, flags);

  it("is rolled back first, where that leads back", () => {
    expect(advise([LATER])).toContain(
      "`change-deploy rollback CHG-7 --environment production --journal ops`",
    );
    expect(advise([{ ...LATER, kind: "unreadable" }])).toMatch(/status CHG-7/);
    expect(advise([NEIGHBOUR])).toMatch(/^CHG-7 is not finished itself: .*`change-deploy resume CHG-7/);
  });

  it("has no way back past several attempts, or a frozen one", () => {
    expect(advise([LATER, { ...LATER, isLast: false }])).toMatch(/several attempts.*no rollback/);
    expect(advise([{ ...LATER, kind: "frozen" }])).toMatch(/CHG-7 is frozen.*no rollback/);
  });

  it("is gone over by a change of another id, which is an emergency where something is part done", () => {
    expect(advise([LATER])).toMatch(/`change\.id` of its own\.$/);
    expect(advise([LATER], { isOver: false })).toMatch(/`type: emergency`, as CHG-6 is not finished\.$/);
    expect(advise([LATER], { isOver: false, isUntouched: true })).toMatch(
      /Nothing of CHG-6.*`change-deploy rollback CHG-6 --environment production --journal ops`, and run it/,
    );
  });
});
