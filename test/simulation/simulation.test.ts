import { expect, it } from "vitest";
import { replay } from "../../src/rollout/evolve.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { checkRepeats, checkTruth, watchPromises } from "./promises.ts";
import { makeScenario, type Scenario } from "./scenario.ts";

const SEEDS = 400;
const PROCESSES_MAX = 60;
const FINAL = ["succeeded", "rejected", "rolled-back", "frozen"];

it.each(Array.from({ length: SEEDS / 50 }, (_, i) => i * 50))(
  "keeps its promises from seed %i on",
  async (from) => {
    for (let seed = from; seed < from + 50; seed++) {
      const scenario = makeScenario(seed);
      const watch = watchPromises(scenario.world);
      const state = await runUntilFinal(scenario);
      const { world } = scenario;
      const wrong = [...watch.broken, ...checkTruth(world, state), ...checkRepeats(world)];
      expect(wrong, `seed ${seed}`).toEqual([]);
      expect(world.running.size, `seed ${seed}`).toBe(0);
      expect(replay(world.change, world.journal).outcome, `seed ${seed}`).toEqual(state.outcome);
    }
  },
);

/** The runner is killed at random events and started again, until the change has a final outcome. */
async function runUntilFinal({ world, random }: Scenario): Promise<ChangeState> {
  for (let processes = 0; processes < PROCESSES_MAX; processes++) {
    const dies = processes < 10 && random.chance(0.6);
    const retry = outcomeOf(world) === "rollback-incomplete";
    await world.run({ retry, ...(dies ? { killAfter: random.between(1, 30) } : {}) });
    const outcome = outcomeOf(world);
    const isFinal = outcome !== undefined && FINAL.includes(outcome);
    // A world that goes on failing may be left so, once nothing dies any more.
    const isLeft = processes > 20 && outcome !== undefined;
    if (isFinal || isLeft) return replay(world.change, world.journal);
  }
  throw new Error("no final outcome");
}

function outcomeOf(world: Scenario["world"]) {
  return replay(world.change, world.journal).outcome?.outcome;
}
