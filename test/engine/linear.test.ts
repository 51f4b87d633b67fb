import { expect, it } from "vitest";
import { aChange } from "../fakes/change.ts";
import { World } from "../fakes/world.ts";

const LARGE = 20_000;

/** Counted work, not time: what grows faster than the number of targets shows here on any machine. */
async function countWork(size: number, broken: string | null) {
  const all = Array.from({ length: size }, (_, i) => `t${i}`);
  const change = aChange({
    batches: [all.slice(0, 1), all.slice(1)],
    rollout: { maxUnavailable: size / 10, parallel: size / 20 },
    rollbackParallel: size / 20,
    health: { pass: 1, everyMs: 10_000 },
  });
  const world = new World(change, {
    behave: ({ target, script }) => ({ code: target?.name === broken && script === "install" ? 1 : 0 }),
  });
  const state = await world.run();
  const { journal, appends, flushes } = world;
  const perTarget = (journal.length + appends) / size;
  return { outcome: state.outcome?.outcome, perTarget, flushes };
}

it("does the work of 20,000 targets in proportion to 200", async () => {
  const small = await countWork(200, null);
  const large = await countWork(LARGE, null);
  expect(large.outcome).toBe("succeeded");
  expect(large.perTarget).toBeLessThan(small.perTarget * 1.05);
  expect(large.flushes).toBe(small.flushes);
}, 60_000);

it("rolls 20,000 targets back in proportion to 200", async () => {
  const small = await countWork(200, "t199");
  const large = await countWork(LARGE, `t${LARGE - 1}`);
  expect(large.outcome).toBe("rolled-back");
  expect(large.perTarget).toBeLessThan(small.perTarget * 1.05);
  expect(large.flushes).toBe(small.flushes);
}, 60_000);
