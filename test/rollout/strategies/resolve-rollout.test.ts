import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Amount } from "../../../src/rollout/strategies/amount.ts";
import { resolveRollout, type StrategySection } from "../../../src/rollout/strategies/resolve-rollout.ts";

const names = (total: number) => Array.from({ length: total }, (_, index) => `web-${index}`);
const rolling = (batches: Amount[], more: Omit<NonNullable<StrategySection["rolling"]>, "batches"> = {}) => ({
  rolling: { batches, ...more },
});
const sizes = (section: StrategySection, total: number) =>
  resolveRollout(section, names(total)).batches.map((batch) => batch.length);

describe("rolling batches", () => {
  it.each([
    ["the last entry repeats", [{ count: 1 }, { percent: 10 }, { percent: 30 }], 40, [1, 4, 12, 12, 11]],
    ["the final batch takes what is left", [{ count: 3 }], 8, [3, 3, 2]],
    ["a percentage is of all targets", [{ percent: 50 }], 10, [5, 5]],
    ["everything at once is one batch", [{ percent: 100 }], 5, [5]],
    ["a percentage of less than one is one", [{ percent: 1 }], 3, [1, 1, 1]],
    ["entries that are not reached change nothing", [{ count: 4 }, { count: 1 }], 4, [4]],
    ["a count above the total is the total", [{ count: 1 }, { count: 99 }], 4, [1, 3]],
    ["one target is one batch", [{ count: 1 }, { percent: 25 }], 1, [1]],
  ])("%s", (_promise, batches, total, expected) => {
    expect(sizes(rolling(batches), total)).toEqual(expected);
  });

  it("hold every target exactly once, in the plan's order, and none is empty", () => {
    const amount = fc.oneof(
      fc.record({ count: fc.integer({ min: 1, max: 50 }) }),
      fc.record({ percent: fc.integer({ min: 1, max: 100 }) }),
    );
    fc.assert(
      fc.property(
        fc.array(amount, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 300 }),
        (batches, total) => {
          const rules = resolveRollout(rolling(batches), names(total));
          expect(rules.batches.flat()).toEqual(names(total));
          expect(rules.batches.every((batch) => batch.length > 0)).toBe(true);
        },
      ),
    );
  });
});

describe("rolling rules", () => {
  it("have defaults that follow from the largest batch", () => {
    const rules = resolveRollout(rolling([{ count: 1 }, { count: 4 }]), names(10));
    expect({ ...rules, batches: rules.batches.length }).toEqual({
      strategy: "rolling",
      batches: 4,
      maxUnavailable: 4,
      maxFailures: 0,
      parallel: 4,
      bakeMs: 0,
      blueGreen: null,
    });
  });

  it("run twenty targets side by side at most, unless the plan says otherwise", () => {
    expect(resolveRollout(rolling([{ percent: 100 }]), names(50)).parallel).toBe(20);
    expect(resolveRollout(rolling([{ percent: 100 }], { parallel: { count: 40 } }), names(50)).parallel).toBe(
      40,
    );
  });

  it("take what the plan states, percentages of all targets", () => {
    const stated = {
      "max-unavailable": { percent: 20 },
      "max-failures": 2,
      parallel: { percent: 10 },
      bake: 120_000,
    };
    const rules = resolveRollout(rolling([{ percent: 50 }], stated), names(100));
    expect(rules).toMatchObject({ maxUnavailable: 20, maxFailures: 2, parallel: 10, bakeMs: 120_000 });
  });

  it("refuse a plan without any batch size instead of taking all targets at once", () => {
    expect(() => resolveRollout(rolling([]), names(3))).toThrow("names no batch");
  });
});

describe("big bang", () => {
  it("is one batch of all targets, all of which may be unavailable", () => {
    expect(resolveRollout({ "big-bang": {} }, names(30))).toEqual({
      strategy: "big-bang",
      batches: [names(30)],
      maxUnavailable: 30,
      maxFailures: 0,
      parallel: 20,
      bakeMs: 0,
      blueGreen: null,
    });
  });

  it("takes what the plan states", () => {
    const rules = resolveRollout(
      { "big-bang": { parallel: { percent: 50 }, bake: 1_000, "max-failures": 1 } },
      names(8),
    );
    expect(rules).toMatchObject({ parallel: 4, bakeMs: 1_000, maxFailures: 1 });
  });
});

describe("blue-green", () => {
  const swap = {
    name: "switch",
    run: "./lb switch",
    undo: "./lb back",
    on: "runner",
    timeoutMs: 60_000,
    retries: 0,
    irreversible: false,
  } as const;
  const settings = { active: "./lb active", switch: swap, keepMs: 3_600_000 };
  const groups = [
    { name: "blue", targets: ["b1", "b2", "b3"] },
    { name: "green", targets: ["g1", "g2", "g3"] },
  ];
  const all = groups.flatMap(({ targets }) => targets);

  it("changes one group as one batch, by the first until it is known which is idle", () => {
    expect(resolveRollout({ "blue-green": settings }, all, groups)).toEqual({
      strategy: "blue-green",
      batches: [["b1", "b2", "b3"]],
      maxUnavailable: 3,
      maxFailures: 0,
      parallel: 3,
      bakeMs: 0,
      blueGreen: { ...settings, groups },
    });
  });

  it("counts its amounts by one group", () => {
    const section = { "blue-green": { ...settings, parallel: { percent: 67 } } };
    expect(resolveRollout(section, all, groups).parallel).toBe(2);
  });
});

describe("a strategy that this version does not have", () => {
  it("is refused by name, with those it has", () => {
    const section = { canary: {} } as StrategySection;
    expect(() => resolveRollout(section, names(3))).toThrow(
      expect.objectContaining({
        code: "PLAN_UNSUPPORTED",
        hint: "Use one of rolling, blue-green, big-bang.",
      }),
    );
  });
});

describe("a hundred thousand targets", () => {
  it("are cut one by one into batches, and into one, without copying the list again and again", () => {
    // A quadratic cut would copy five thousand million names and run out of the test's time.
    const many = names(100_000);
    expect(resolveRollout(rolling([{ count: 1 }]), many).batches).toHaveLength(100_000);
    expect(resolveRollout({ "big-bang": {} }, many).batches[0]).toHaveLength(100_000);
  });
});
