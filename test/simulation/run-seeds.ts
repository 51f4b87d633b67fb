import { retell } from "./retell.ts";
import { drawScenario } from "./scenario.ts";
import { promiseOf, shrink } from "./shrink.ts";
import { tell } from "./story.ts";

export type Seeds = Readonly<{ passed: number; failed: readonly number[]; processes: number }>;

/** Every how many seeds one is told twice, byte for byte. */
const TWICE_EVERY = 20;

/** Tells the stories of the seeds, and hands on what broke, each in its shortest version. */
export async function runSeeds(
  { from, count }: Readonly<{ from: number; count: number }>,
  onFailure: (seed: number, story: string) => void,
): Promise<Seeds> {
  const failed: number[] = [];
  let processes = 0;
  for (let seed = from; seed < from + count; seed++) {
    const scenario = drawScenario(seed);
    const told = await tell(scenario);
    processes += told.processes;
    const broken = [...told.broken];
    if (seed % TWICE_EVERY === 0) {
      const again = await tell(drawScenario(seed));
      const isSame = JSON.stringify(again.journal) === JSON.stringify(told.journal);
      if (!isSame) broken.push("12 determinism: the same seed gave another journal");
    }
    if (broken.length === 0) continue;
    failed.push(seed);
    const promise = promiseOf(broken[0]!);
    const shortest = await shrink(scenario, async (shorter) => {
      const first = (await tell(shorter)).broken[0];
      return first !== undefined && promiseOf(first) === promise;
    });
    onFailure(seed, retell(shortest, { ...(await tell(shortest)), broken }));
  }
  return { passed: count - failed.length, failed, processes };
}
