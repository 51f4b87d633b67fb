import { expect, it } from "vitest";
import type { Change, Check, Trigger } from "../../src/plan/change.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { aChange, aStep } from "../fakes/change.ts";
import { countWork } from "../fakes/count-work.ts";
import { World, type WorldOptions } from "../fakes/world.ts";

const FEW = 200;
const MANY = 20_000;
/** Counted work, not time: what grows faster than the number of targets shows here on any machine. */
const GROWTH_MAX = 1.05;
const TIME_MS = 120_000;

type Story = Readonly<{
  change: (size: number) => Change;
  world?: (size: number) => WorldOptions;
  /** From the start to the end, with whatever processes it takes. */
  play?: (world: World, size: number) => Promise<ChangeState>;
}>;

async function tell({ change, world: options, play }: Story, size: number) {
  const world = new World(change(size), options?.(size));
  let outcome: string | undefined;
  const looks = await countWork(async () => {
    const state = await (play === undefined ? world.run() : play(world, size));
    outcome = state.outcome?.outcome;
  });
  const { journal, appends, flushes } = world;
  return { outcome, looks: looks / size, events: (journal.length + appends) / size, flushes };
}

async function expectLinear(story: Story, outcome: string): Promise<void> {
  const few = await tell(story, FEW);
  const many = await tell(story, MANY);
  expect([few.outcome, many.outcome]).toEqual([outcome, outcome]);
  expect(many.looks).toBeLessThan(few.looks * GROWTH_MAX);
  expect(many.events).toBeLessThan(few.events * GROWTH_MAX);
  expect(many.flushes).toBeLessThan(few.flushes + 10);
}

const namesOf = (size: number) => Array.from({ length: size }, (_, i) => `t${i}`);
const inState = (size: number) => ({ maxUnavailable: size / 10, parallel: size / 20 });

/** One target, then all others, a twentieth of them side by side. */
function rolling(size: number, over: Partial<Change> = {}, health: Partial<Change["health"]> = {}): Change {
  const all = namesOf(size);
  return aChange({
    batches: [all.slice(0, 1), all.slice(1)],
    rollout: inState(size),
    rollbackParallel: size / 20,
    health: { pass: 1, everyMs: 10_000, ...health },
    change: over,
  });
}

function blueGreen(size: number): Change {
  const targets = namesOf(size);
  const groups = [
    { name: "blue", targets: targets.slice(0, size / 2) },
    { name: "green", targets: targets.slice(size / 2) },
  ];
  const swap = aStep({ name: "Switch", run: "to-new", undo: "to-old", on: "runner" });
  const rules = { active: "which", groups, switch: swap, keepMs: null };
  return aChange({
    batches: groups.map((group) => group.targets),
    rollout: { ...inState(size), strategy: "blue-green", batches: [groups[0]!.targets], blueGreen: rules },
    health: { pass: 1, everyMs: 10_000 },
  });
}

/** The last target breaks: all the others have to go back. */
const lastBreaks = (size: number): WorldOptions => ({
  behave: ({ target, script }) => ({
    code: target?.name === `t${size - 1}` && script === "install" ? 1 : 0,
  }),
});

function triggerOf(check: string, severity: Trigger["severity"], forMs: number): Trigger {
  const when = { kind: "check", check, above: null, below: null, worseBy: null, forMs, share: null } as const;
  return { name: `${check} ${severity}`, severity, when, restore: [], respond: [], tell: [] };
}

const ORDERS: Check = {
  name: "orders",
  probe: { kind: "tcp", host: "shop", port: 80 },
  timeoutMs: 500,
  above: null,
  below: null,
  baselineMs: null,
};

it(
  "does the work of 20,000 targets in proportion to 200",
  async () => {
    await expectLinear({ change: rolling }, "succeeded");
  },
  TIME_MS,
);

it(
  "rolls 20,000 targets back in proportion to 200",
  async () => {
    await expectLinear({ change: rolling, world: lastBreaks }, "rolled-back");
  },
  TIME_MS,
);

it(
  "watches the triggers of 20,000 targets in proportion to 200",
  async () => {
    const triggers = [triggerOf("alive", "critical", 60_000), triggerOf("alive", "warning", 30_000)];
    await expectLinear({ change: (size) => rolling(size, { triggers }) }, "succeeded");
  },
  TIME_MS,
);

it(
  "asks for the service of 20,000 targets in proportion to 200",
  async () => {
    const triggers = [triggerOf("orders", "critical", 0)];
    const change = (size: number) => rolling(size, { triggers }, { service: [ORDERS] });
    await expectLinear({ change }, "succeeded");
  },
  TIME_MS,
);

it(
  "switches between groups of 10,000 targets in proportion to 100",
  async () => {
    await expectLinear({ change: blueGreen, world: () => ({ printed: { which: "green" } }) }, "succeeded");
  },
  TIME_MS,
);

it(
  "goes on with 20,000 targets in proportion to 200 where another process died",
  async () => {
    const play = async (world: World, size: number) => {
      await world.run({ killAfter: 3 * size });
      return world.run();
    };
    await expectLinear({ change: rolling, play }, "succeeded");
  },
  TIME_MS,
);

it(
  "goes on with 20,000 targets in proportion to 200 where the disk is gone",
  async () => {
    const play = async (world: World, size: number) => {
      await world.run({ killAfter: 3 * size });
      world.loseDisk();
      return world.run();
    };
    await expectLinear({ change: rolling, play }, "succeeded");
  },
  TIME_MS,
);

it(
  "asks 20,000 targets for their version in proportion to 200, some in vain",
  async () => {
    const change = (size: number) =>
      rolling(size, { rollout: { ...rolling(size).rollout, maxFailures: size / 20 } });
    const world = () => ({ readable: (target: string) => !/77$/.test(target) });
    const play = async (stage: World, size: number) => {
      await stage.run({ killAfter: size });
      return stage.run();
    };
    await expectLinear({ change, world, play }, "held");
  },
  TIME_MS,
);
