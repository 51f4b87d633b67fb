import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveAmount, shareOf } from "../../../src/rollout/strategies/amount.ts";

describe("an amount of targets", () => {
  it.each([
    [{ count: 3 }, 10, 3],
    [{ count: 30 }, 10, 10],
    [{ percent: 10 }, 40, 4],
    [{ percent: 30 }, 9, 2],
    [{ percent: 33 }, 100, 33],
    [{ percent: 33.3 }, 1000, 333],
    [{ percent: 0.043 }, 100_000, 43],
    [{ percent: 29 }, 100, 29],
    [{ percent: 100 }, 7, 7],
    [{ percent: 1 }, 5, 1],
    [{ percent: 0.01 }, 100_000, 10],
  ])("%o of %i is %i", (amount, total, expected) => {
    expect(resolveAmount(amount, total)).toBe(expected);
  });

  it("is rounded down, at least one, at most all, whatever the percentage", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 100_000 }),
        (percent, total) => {
          const exact = BigInt(percent) * BigInt(total);
          const expected = exact < 100n ? 1 : Number(exact / 100n);
          expect(resolveAmount({ percent }, total)).toBe(expected);
        },
      ),
    );
  });
});

describe("a share of targets", () => {
  it("is none where it comes to less than one target", () => {
    expect(shareOf(20, 4)).toBe(0);
    expect(shareOf(25, 4)).toBe(1);
  });
});
