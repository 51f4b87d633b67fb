import type { Change } from "../../src/plan/change.ts";
import { aChange, aStep } from "../fakes/change.ts";
import { Random } from "../../src/rehearsal/random.ts";
import { type Behaviour, World } from "../fakes/world.ts";

/** A random change in a world of random faults, all from one seed. */
export type Scenario = Readonly<{ change: Change; world: World; random: Random }>;

export function makeScenario(seed: number): Scenario {
  const random = new Random(seed);
  const change = randomChange(random);
  const faults = {
    step: random.pick([0, 0, 0.02, 0.2]),
    undo: random.pick([0, 0, 0.1]),
    sick: random.pick([0, 0, 0.05]),
    flapMs: random.pick([0, 0, 0, 3_000, 9_000]),
    mute: random.pick([0, 0, 0, 0.02, 0.1]),
  };
  const world = new World(change, {
    behave: (call) => behave(random, faults, call.script),
    readable: () => !random.chance(faults.mute),
    health: (target, { versions, clock }) => {
      if (versions.get(target) !== "2.0") return "healthy";
      if (isFlapping(target, faults.flapMs, clock.now())) return "unhealthy";
      return random.chance(faults.sick) ? random.pick(["unhealthy", "unknown"] as const) : "healthy";
    },
  });
  return { change, world, random };
}

/** Well for a while, then ill for a while; no two targets at the same time. */
function isFlapping(target: string, flapMs: number, nowMs: number): boolean {
  if (flapMs === 0) return false;
  const phase = [...target].reduce((sum, letter) => sum * 7 + letter.charCodeAt(0), 0);
  return Math.floor(nowMs / flapMs + phase / 3) % 3 === 0;
}

const CONVERT = aStep({ name: "Convert", run: "convert", undo: null, irreversible: true });

function randomChange(random: Random): Change {
  const batches = Array.from({ length: random.between(1, 4) }, (_, batch) =>
    Array.from({ length: random.between(1, 5) }, (_, i) => `t${batch}-${i}`),
  );
  const largest = Math.max(...batches.map((batch) => batch.length));
  const maxUnavailable = random.between(1, largest);
  return aChange({
    batches,
    rollout: {
      maxUnavailable,
      maxFailures: random.pick([0, 0, Math.min(2, maxUnavailable - 1)]),
      parallel: random.between(1, 6),
      bakeMs: random.pick([0, 5_000]),
    },
    apply: {
      before: random.chance(0.3) ? [aStep({ name: "Schema", run: "up", undo: "down" })] : [],
      each: [
        aStep({ name: "Drain", run: "drain", undo: "enable" }),
        aStep({ retries: random.pick([0, 0, 1]) }),
        ...(random.chance(0.1) ? [CONVERT] : []),
        aStep({ name: "Look", run: "look", undo: null }),
      ],
      after: random.chance(0.3) ? [aStep({ name: "Warm", run: "warm", undo: null })] : [],
    },
    health: { deadlineMs: random.pick([10_000, 60_000]), stableMs: random.pick([0, 0, 2_000]) },
    rollbackParallel: random.between(1, 5),
    change: { versionCommand: random.chance(0.8) ? "cat VERSION" : null },
  });
}

function behave(random: Random, faults: { step: number; undo: number }, script: string): Behaviour {
  const rate = ["uninstall", "enable", "down"].includes(script) ? faults.undo : faults.step;
  return { ms: random.between(10, 20_000), code: random.chance(rate) ? 1 : 0, lost: random.chance(0.1) };
}
