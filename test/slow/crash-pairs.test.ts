import { afterAll, expect, it } from "vitest";
import { Random } from "../../src/rehearsal/random.ts";
import { CRASH_PLANS } from "../simulation/crash-plans.ts";
import { breaksOf, type Crash, countMoments } from "../simulation/crash-points.ts";

const PAIRS = 20_700;
const EACH = PAIRS / CRASH_PLANS.length;
let pairs = 0;

afterAll(() => {
  process.stdout.write(`crash points: ${pairs} pairs of crashes\n`);
});

it.each(CRASH_PLANS)(
  "$name keeps every promise when it dies twice",
  async (plan) => {
    const random = new Random(plan.name.length);
    const moments = await countMoments(plan);
    for (let i = 0; i < EACH; i++) {
      const crash = (): Crash => ({ at: random.between(1, moments), losesDisk: random.chance(0.3) });
      const crashes = [crash(), crash()];
      expect(await breaksOf(plan, crashes), JSON.stringify(crashes)).toEqual([]);
      pairs++;
    }
  },
  3_600_000,
);
