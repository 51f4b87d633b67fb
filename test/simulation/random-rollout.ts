import type { RolloutRules } from "../../src/plan/change.ts";
import type { Random } from "../../src/rehearsal/random.ts";
import { aStep } from "../fakes/change.ts";

const SECOND = 1_000;

type Sized = Readonly<{ rollout: RolloutRules; names: readonly string[] }>;

/** One of the strategies, over 1 to 200 targets; most are small, as most faults show there. */
export function randomRollout(random: Random): Sized {
  const size = randomSize(random);
  const strategy = random.pick(["rolling", "rolling", "rolling", "blue-green", "big-bang"] as const);
  if (strategy === "blue-green") return blueGreen(random, size);
  return strategy === "big-bang" ? bigBang(random, size) : rolling(random, size);
}

function randomSize(random: Random): number {
  if (random.chance(0.004)) return random.between(61, 200);
  return random.chance(0.025) ? random.between(13, 60) : random.between(1, 12);
}

function namesOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${prefix}-${i + 1}`);
}

function rolling(random: Random, size: number): Sized {
  const names = namesOf("web", size);
  const batches: string[][] = [];
  for (let at = 0; at < size; ) {
    const count = random.between(1, Math.max(1, Math.ceil(size / 3)));
    batches.push(names.slice(at, at + count));
    at += count;
  }
  const largest = Math.max(...batches.map((batch) => batch.length));
  const maxUnavailable = random.between(1, largest);
  const maxFailures = random.pick([0, 0, Math.min(2, maxUnavailable - 1)]);
  return { names, rollout: { ...pacing(random), strategy: "rolling", batches, maxUnavailable, maxFailures } };
}

function bigBang(random: Random, size: number): Sized {
  const names = namesOf("web", size);
  const rules = { batches: [names], maxUnavailable: size, maxFailures: 0 };
  return { names, rollout: { ...pacing(random), strategy: "big-bang", ...rules } };
}

function blueGreen(random: Random, size: number): Sized {
  const groups = ["blue", "green"].map((name) => ({ name, targets: namesOf(name, size) }));
  const swap = aStep({
    name: "Switch",
    run: "switch",
    undo: "switch back",
    on: "runner",
    timeoutMs: random.pick([20, 600]) * SECOND,
  });
  return {
    names: groups.flatMap(({ targets }) => targets),
    rollout: {
      ...pacing(random),
      strategy: "blue-green",
      batches: [groups[0]!.targets],
      maxUnavailable: size,
      maxFailures: 0,
      blueGreen: { active: "which group", groups, switch: swap, keepMs: random.pick([null, 60 * SECOND]) },
    },
  };
}

function pacing(random: Random): Pick<RolloutRules, "parallel" | "bakeMs" | "blueGreen"> {
  return { parallel: random.between(1, 8), bakeMs: random.pick([0, 0, 5, 30]) * SECOND, blueGreen: null };
}
