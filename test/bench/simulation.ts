import { drawScenario } from "../simulation/scenario.ts";
import { tell } from "../simulation/story.ts";
import type { Figure } from "./benchmark.ts";
import { medianOf, quantile } from "./measure.ts";

const ROUNDS = 5;
/** The rounds together are the 2,000 seeds of `npm test`; what a seed costs differs a thousandfold. */
const SEEDS = 400;
const PER_SECOND_MIN = 200;

export const name = "simulation";
export const budget = "at least 200 simulated deployments a second per core";

/** Stories as the test tells them: faults, crashes and resumes, with every promise checked after every event. */
export async function run(): Promise<readonly Figure[]> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (let seed = 0; seed < SEEDS; seed++) await tell(drawScenario(round * SEEDS + seed));
    const { user, system } = process.cpuUsage(before);
    rates.push(SEEDS / ((user + system) / 1e6));
  }
  const spread = { low: quantile(rates, 0.25), high: quantile(rates, 0.75), samples: ROUNDS };
  const what = "simulated deployments a second of processor time, promises checked";
  return [{ what, value: medianOf(rates), unit: "a second", atLeast: PER_SECOND_MIN, atMost: null, spread }];
}
