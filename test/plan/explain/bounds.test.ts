import { describe, expect, it } from "vitest";
import type { Change } from "../../../src/plan/change.ts";
import { type Explanation, explainChange } from "../../../src/plan/explain/explain-change.ts";
import { Random } from "../../../src/rehearsal/random.ts";
import { type Health, World } from "../../fakes/world.ts";
import { load } from "./plans.ts";
import { randomPlan } from "./random-plans.ts";

const SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
/** What the fake world adds that no plan knows of: a flush, a sample, a message to people. */
const FLUSH_MS = 50;
const BESIDES_MS = 2_000;

type Case = Readonly<{ change: Change; explanation: Explanation; random: Random }>;

function makeCase(seed: number): Case {
  const random = new Random(seed);
  const { plan, change } = load(randomPlan(random));
  return { change, explanation: explainChange(plan, change, 0), random };
}

async function timeRun(world: World): Promise<{ tookMs: number; besidesMs: number; outcome: string }> {
  const startMs = world.clock.now();
  const state = await world.run();
  const tookMs = world.clock.now() - startMs;
  const besidesMs = world.flushes * FLUSH_MS + BESIDES_MS;
  return { tookMs, besidesMs, outcome: state.outcome?.outcome ?? "none" };
}

describe("the times of a random plan", () => {
  it("are never longer as expected than at worst, and add up", () => {
    for (const seed of SEEDS) {
      const { explanation } = makeCase(seed);
      const { phases, batches, expectedMs, worstCaseMs, rollback } = explanation;
      expect(worstCaseMs, `seed ${seed}`).toBeGreaterThanOrEqual(expectedMs);
      const all = [...phases, ...batches, rollback];
      expect(all.filter((times) => times.worstMs < times.expectedMs)).toEqual([]);
      expect(
        phases.reduce((endMs, phase) => (phase.startMs === endMs ? endMs + phase.expectedMs : Number.NaN), 0),
      ).toBe(expectedMs);
      const inBatches = phases.find(({ name }) => name === "batches")?.expectedMs;
      expect(batches.reduce((sum, batch) => sum + batch.expectedMs, 0)).toBe(inBatches);
    }
  });
});

describe("the engine, given a random plan", () => {
  it("needs no longer than expected where every command takes a tenth of its timeout", async () => {
    for (const seed of SEEDS) {
      const { change, explanation } = makeCase(seed);
      const world = new World(change, { behave: (call) => ({ ms: call.timeoutMs / 10 }) });
      const { tookMs, besidesMs, outcome } = await timeRun(world);
      expect(outcome, `seed ${seed}`).toBe("succeeded");
      expect(tookMs, `seed ${seed}`).toBeLessThanOrEqual(explanation.expectedMs + besidesMs);
    }
  });

  it("never needs longer than the worst case, whatever fails, as long as undoing succeeds in the end", async () => {
    for (const seed of SEEDS) {
      const { change, explanation, random } = makeCase(seed);
      const world = worstWorld(change, random);
      const { tookMs, besidesMs, outcome } = await timeRun(world);
      expect(["succeeded", "rolled-back", "held"], `seed ${seed}`).toContain(outcome);
      expect(tookMs, `seed ${seed}: ${outcome}`).toBeLessThanOrEqual(explanation.worstCaseMs + besidesMs);
    }
  });
});

/** Every command takes all its time; some fail, every undo until its last try; health comes and goes. */
function worstWorld(change: Change, random: Random): World {
  const undoTries = new Map<string, number>();
  const failing = random.pick([0, 0.05, 0.3]);
  const sick = random.pick([0, 0.1, 0.5]);
  return new World(change, {
    behave: ({ target, script, timeoutMs }) => {
      const isUndo = script === "uninstall" || script.startsWith("undo ");
      if (!isUndo) return { ms: timeoutMs, code: random.chance(failing) ? 1 : 0 };
      const key = `${target?.name}: ${script}`;
      const tries = (undoTries.get(key) ?? 0) + 1;
      undoTries.set(key, tries);
      return { ms: timeoutMs, code: tries < 3 ? 1 : 0 };
    },
    health: (name, { versions }): Health => {
      return versions.get(name) !== "1.0" && random.chance(sick) ? "unhealthy" : "healthy";
    },
  });
}
