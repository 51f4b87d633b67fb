import { expect, it } from "vitest";
import { ChangeError } from "../../src/errors.ts";
import { replay } from "../../src/rollout/replay.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { checkRepeats, checkTruth, watchPromises } from "./promises.ts";
import { makeScenario, type Scenario } from "./scenario.ts";

const FIRST = Number(process.env.FIRST_SEED ?? 0);
const SEEDS = Number(process.env.SEEDS ?? 400);
const PROCESSES_MAX = 60;
const FINAL = ["succeeded", "rejected", "rolled-back", "frozen"];

it.each(Array.from({ length: SEEDS / 50 }, (_, i) => FIRST + i * 50))(
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

/** Faults interrupt process after process; once they stop, a final outcome must follow. */
async function runUntilFinal({ world, random }: Scenario): Promise<ChangeState> {
  for (let processes = 0; processes < PROCESSES_MAX; processes++) {
    const fault = processes < 10 ? random.pick(FAULTS) : goOn;
    await fault({ world, random });
    const { outcome } = replay(world.change, world.journal).outcome ?? {};
    const isFinal = outcome !== undefined && FINAL.includes(outcome);
    // A world that goes on failing may be left so, once nothing dies any more.
    const isLeft = processes > 20 && outcome !== undefined;
    if (isFinal || isLeft) return replay(world.change, world.journal);
  }
  throw new Error("no final outcome");
}

type Chance = Pick<Scenario, "world" | "random">;

async function goOn({ world }: Chance): Promise<void> {
  await world.run();
}

async function die({ world, random }: Chance): Promise<void> {
  await world.run({ killAfter: random.between(1, 30) });
}

/** With its disk: what had not been flushed is gone for good. */
async function vanish({ world, random }: Chance): Promise<void> {
  await world.run({ killAfter: random.between(1, 30) });
  if (replay(world.change, world.journal).outcome === null) world.loseDisk();
}

async function cancel({ world, random }: Chance): Promise<void> {
  const stop = new AbortController();
  world.clock.sleep(random.between(1, 60_000)).then(() => stop.abort("SIGTERM"));
  await world.run({ cancel: stop.signal });
}

async function rollBack({ world, random }: Chance): Promise<void> {
  const killAfter = random.pick([1_000_000, random.between(1, 20)]);
  await world.run({ killAfter, wish: world.journal.length === 0 ? "run" : "rollback" });
}

/** From some moment on the remote does not answer, for a while. */
async function cutOff({ world, random }: Chance): Promise<void> {
  const fromMs = random.between(1, 60_000);
  const over = new AbortController();
  const setAt = async (ms: number, fails: string | null) => {
    await world.clock.sleep(ms, over.signal);
    if (!over.signal.aborted) world.flushFails = fails;
  };
  setAt(fromMs, "no answer");
  setAt(fromMs + random.between(1, 120_000), null);
  try {
    await world.run();
  } catch (error) {
    if (!(error instanceof ChangeError && error.code === "JOURNAL_UNREACHABLE")) throw error;
  } finally {
    over.abort();
    world.flushFails = null;
  }
}

const FAULTS = [goOn, die, die, die, vanish, vanish, cancel, cutOff, cutOff, rollBack];
