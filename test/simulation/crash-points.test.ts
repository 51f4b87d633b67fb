import { afterAll, describe, expect, it } from "vitest";
import { CRASH_PLANS } from "./crash-plans.ts";
import { breaksOf, countMoments, scenarioOf } from "./crash-points.ts";
import { retell } from "./retell.ts";
import { tell } from "./story.ts";

const counts = { points: 0, moments: 0 };

afterAll(() => {
  process.stdout.write(`crash points: ${counts.points} runs, at each of ${counts.moments} moments\n`);
});

describe.each(CRASH_PLANS)("$name", (plan) => {
  it.each([
    ["its process", false],
    ["its machine, with the disk", true],
  ])(
    "keeps every promise when it loses %s at any moment",
    async (_, losesDisk) => {
      const moments = await countMoments(plan);
      const broken: string[] = [];
      for (let at = 1; at <= moments && broken.length === 0; at++) {
        counts.points++;
        const crash = { at, losesDisk };
        if ((await breaksOf(plan, [crash])).length === 0) continue;
        const scenario = scenarioOf(plan, [crash]);
        broken.push(`killed at moment ${at}: ${retell(scenario, await tell(scenario))}`);
      }
      counts.moments += losesDisk ? 0 : moments;
      expect(broken).toEqual([]);
      expect(moments).toBeGreaterThan(40);
    },
    300_000,
  );
});
