import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { reloadChange } from "../src/compose/load-change.ts";
import type { Change } from "../src/plan/change.ts";
import type { ScriptedFault } from "../src/rehearsal/faults.ts";
import type { SessionOptions } from "../src/rehearsal/session.ts";
import { createWorld, type World } from "../src/rehearsal/world.ts";
import type { ChangeEvent } from "../src/rollout/events.ts";
import { replay } from "../src/rollout/replay.ts";
import { aChange, aStep } from "../test/fakes/change.ts";
import { nextDecisions } from "../test/rollout/next-decisions.ts";
import { CRASH_PLANS } from "../test/simulation/crash-plans.ts";

/**
 * Writes the journals that every later version has to replay to the same decisions. They belong to the
 * version that wrote them: a new one gets a folder of its own, and old folders are never written again.
 */
const FOLDER = "test/fixtures/journals/1.0";
const MINUTE = 60_000;

type Tale = Readonly<{
  change: Change;
  script?: readonly ScriptedFault[];
  prepare?: (world: World) => void;
  processes?: readonly Partial<SessionOptions>[];
  /** After the process of that number. */
  between?: (world: World, process: number) => void;
}>;

const planNamed = (name: string): Change => CRASH_PLANS.find((plan) => plan.name === name)!.change;
const rolling = planNamed("a rolling change");
const blueGreen = planNamed("a blue-green change");
const bigBang = planNamed("a big bang");
const merge = aStep({ name: "Merge", run: "merge", undo: null, irreversible: true });
const fails = (target: string) => [{ kind: "fail", target, step: null } as const];
const holds = (afterMs: number, command: "hold" | "continue" | "rollback") => (world: World) => {
  world.clock.sleep(afterMs).then(() => world.crowd.say(command));
};
const slow = { ...bigBang.triggers[0]!, name: "slow", severity: "warning", restore: [] } as const;

const inputs = readFileSync("test/fixtures/inputs/1.0.json", "utf8");

const TALES: Readonly<Record<string, Tale>> = {
  succeeded: { change: reloadChange({ inputs }) },
  "rolling-succeeded": { change: rolling },
  "rolling-rolled-back": { change: rolling, script: fails("c") },
  "rolling-killed-and-resumed": { change: rolling, processes: [{ killAt: 60 }, { killAt: 40 }, {}] },
  "rolling-disk-lost": {
    change: rolling,
    processes: [{ killAt: 75 }, { wish: "rollback", patienceMs: 20 * MINUTE }],
    between: (world) => world.machine("runner").lose(),
  },
  "rolling-held-by-a-person": { change: rolling, prepare: holds(28_000, "hold"), processes: [{}, {}] },
  "blue-green-succeeded": { change: blueGreen },
  "blue-green-switched-back": { change: blueGreen, prepare: holds(22_000, "rollback") },
  "big-bang-succeeded": { change: bigBang },
  "big-bang-restored": {
    change: bigBang,
    script: [{ kind: "trigger", trigger: "data loss", afterMs: 20_000, forMs: null }],
  },
  "warning-answered": {
    change: { ...aChange({ batches: [["a"], ["b"]], rollout: { bakeMs: MINUTE } }), triggers: [slow] },
    script: [{ kind: "trigger", trigger: "slow", afterMs: 30_000, forMs: 5_000 }],
    prepare: holds(60_000, "continue"),
  },
  frozen: {
    change: aChange({ batches: [["a"], ["b"]], apply: { each: [aStep(), merge] } }),
    script: [{ kind: "fail", target: "b", step: "Install" }],
  },
  "held-by-the-window": {
    change: {
      ...aChange({ batches: [["a"], ["b"]] }),
      schedule: {
        timezone: "UTC",
        windows: [{ kind: "absolute", from: "2026-03-01T12:00:00", to: "2026-03-01T12:03:05" }],
        freezes: [],
        outside: "fail",
        waitLimitMs: 0,
        atEnd: "hold",
        budgets: { apply: 1_000 },
        rollbackWorstMs: 2 * MINUTE,
        batchWorstMs: { "1": MINUTE },
      },
    },
  },
};

mkdirSync(FOLDER, { recursive: true });
for (const [name, tale] of Object.entries(TALES)) {
  const events = await play(tale);
  const state = replay(tale.change, events);
  const targets = Object.fromEntries([...state.targets].map(([target, { status }]) => [target, status]));
  const expected = { outcome: state.outcome?.outcome, targets };
  const head = { change: tale.change, expected, decisions: nextDecisions(tale.change, events) };
  const lines = [head, ...events].map((line) => JSON.stringify(line));
  writeFileSync(path.join(FOLDER, `${name}.jsonl`), `${lines.join("\n")}\n`);
  process.stdout.write(`${name}: ${events.length} events, ${expected.outcome}\n`);
}

async function play({
  change,
  script = [],
  prepare,
  processes = [{}],
  between,
}: Tale): Promise<readonly ChangeEvent[]> {
  const world = createWorld(change, { seed: 1, script, stepMs: [5_000, 5_000] });
  prepare?.(world);
  for (const [i, options] of processes.entries()) {
    const { done } = world.start({ machine: world.machine("runner"), wish: "run", ...options });
    await world.drive(done);
    between?.(world, i);
  }
  return world.remote.events;
}
