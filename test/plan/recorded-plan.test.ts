import { describe, expect, it } from "vitest";
import { reloadChange } from "../../src/compose/load-change.ts";
import { parsePlan, parseRecordedPlan } from "../../src/plan/parse.ts";

const PLAN = `change-plan: 1
change: { id: CHG-1, title: Checkout }
targets: { hosts: [{ name: a, host: 10.0.0.1 }, { name: b, host: 10.0.0.2 }], version: cat VERSION }
strategy: { rolling: { batches: [1], bake: 1m } }
apply: { each: [{ run: ./install, undo: ./remove }] }
`;
const TARGETS = [
  { name: "a", host: "10.0.0.1", zone: null },
  { name: "b", host: "10.0.0.2", zone: null },
];
const reload = (plan: string | null, targets: readonly object[] = TARGETS) =>
  reloadChange({
    plan,
    inputs: JSON.stringify({
      targets,
      version: "2.0",
      environment: "production",
      commit: null,
      actionVersion: "0.0.1",
    }),
  });
const codesOf = (text: string) => parsePlan(text).issues.map(({ code }) => code);

describe("the plan that a journal keeps", () => {
  it("is the plan that was read when the change started", () => {
    const today = parsePlan(PLAN);
    expect(today.ok && today.plan).toEqual(parseRecordedPlan(PLAN));
    expect(reload(PLAN)).toMatchObject({
      id: "CHG-1",
      version: "2.0",
      targets: TARGETS,
      rollout: { strategy: "rolling", batches: [["a"], ["b"]] },
    });
  });

  it.each([
    ["a step without undo", "step-without-undo", PLAN.replace(", undo: ./remove", "")],
    ["an address that is there twice", "target-host-duplicate", PLAN.replace("10.0.0.2", "10.0.0.1")],
    [
      "a share of the targets that is none",
      "max-unavailable-none",
      PLAN.replace("[1]", "[1], max-unavailable: 1%"),
    ],
  ])("still makes its change where today's rules refuse %s", (_, code, text) => {
    expect(codesOf(text)).toContain(code);
    expect(reload(text).rollout.batches).toEqual([["a"], ["b"]]);
  });

  it("still makes its change where this version would not start it", () => {
    const text = `${PLAN}triggers: [{ name: many, severity: critical, when: { issues-labelled: incident, more-than: 1 } }]\n`;
    expect(reload(text).apply.each).toMatchObject([{ run: "./install", undo: "./remove" }]);
  });

  it.each([
    ["is missing", null],
    ["is empty", ""],
    ["is a list", "[]"],
    ["is cut off", PLAN.slice(0, 80)],
    ["has a key that the language does not know", `${PLAN}extra: 1\n`],
    ["has a key twice, one of which would be lost", `${PLAN}change: { id: CHG-2, title: Other }\n`],
  ])("makes no change where it %s", (_, text) => {
    expect(() => reload(text)).toThrow(expect.objectContaining({ code: "JOURNAL_CORRUPT" }));
  });

  it("makes no change without the inputs", () => {
    expect(() => reloadChange({ plan: PLAN, inputs: "{}" })).toThrow(
      expect.objectContaining({ code: "JOURNAL_CORRUPT" }),
    );
  });
});
