import { describe, expect, it } from "vitest";
import type { Change } from "../../../src/plan/change.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import { aChange, aStep } from "../../fakes/change.ts";
import { CUT, eventsOf, FAILS, isStep, outcomeOf, run, runUntil, SSH, stage, storyOf } from "./stage.ts";

const MINUTE = 60_000;
const started =
  (target: string, direction: "do" | "undo" = "do") =>
  (event: ChangeEvent) =>
    event.kind === "step-started" && event.target === target && event.direction === direction;
const pair = aChange({ batches: [["a"], ["b"]] });
const count = (list: readonly string[], one: string) => list.filter((item) => item === one).length;

describe("a controller that dies", () => {
  it("Spinnaker #893: work in flight is not lost, and not done twice", async () => {
    const world = stage(pair);
    await runUntil(world, started("b"));
    await run(world);
    expect([outcomeOf(world), count(storyOf(world), "install b")]).toEqual(["succeeded", 1]);
    expect(world.broken).toEqual([]);
  });

  it("Spinnaker #1585: a batch that was baking bakes on, and the next one waits for it", async () => {
    const world = stage(aChange({ batches: [["a"], ["b"]], rollout: { bakeMs: MINUTE } }));
    await runUntil(world, ({ kind }) => kind === "bake-started");
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("Spinnaker #4426: a rollback that was cut off is carried to its end", async () => {
    const world = stage(pair, (place) => (isStep(place, "b") ? FAILS : null));
    await runUntil(world, started("b", "undo"));
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("Capistrano #351: what a killed run left half done does not break the rollback", async () => {
    const world = stage(pair);
    await runUntil(world, started("b"));
    world.machine("runner").lose();
    await run(world, { machine: world.machine("another"), wish: "rollback", patienceMs: 20 * MINUTE });
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("runner #2128: a kill without a signal leaves a lease that runs out, and no longer", async () => {
    const world = stage(pair);
    await runUntil(world, started("b"));
    const killedMs = world.clock.now();
    await run(world, { machine: world.machine("another"), patienceMs: 20 * MINUTE });
    const resumed = eventsOf(world, "resumed")[0]!;
    expect(outcomeOf(world)).toBe("succeeded");
    expect(Date.parse(resumed.at) - killedMs).toBeLessThanOrEqual(10 * MINUTE + 16_000);
  });

  it("runner #2595: nothing that only a closing hook would do is needed to go on", async () => {
    const change: Change = {
      ...pair,
      prepare: [aStep({ name: "Banner", run: "on", undo: "off", on: "runner" })],
    };
    const world = stage(change);
    await runUntil(world, started("a"));
    await run(world);
    expect(count(storyOf(world), "off once")).toBe(1);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("Ansible #10498: a step that was still to follow is not forgotten by the run that goes on", async () => {
    const restart = aStep({ name: "Restart", run: "restart", undo: null, on: "runner" });
    const world = stage(aChange({ batches: [["a"]], apply: { after: [restart] } }));
    await runUntil(world, ({ kind }) => kind === "batch-passed");
    await run(world);
    expect(count(storyOf(world), "restart once")).toBe(1);
  });

  it("Ansible #9323: a run again does not succeed while that step is still owed", async () => {
    const restart = aStep({ name: "Restart", run: "restart", undo: null, on: "runner" });
    const world = stage(aChange({ batches: [["a"]], apply: { after: [restart] } }), (place) =>
      place.scope === "after" ? FAILS : null,
    );
    await run(world);
    expect(outcomeOf(world)).toBe("rolled-back");
  });

  it("Nomad PR #4236: deadlines count from the process that waits, not from one that is gone", async () => {
    const world = stage(aChange({ batches: [["a"]], health: { pass: 3, everyMs: 10_000 } }));
    await runUntil(world, ({ kind }) => kind === "step-finished");
    await world.drive(world.clock.sleep(60 * MINUTE));
    await run(world);
    expect([outcomeOf(world), eventsOf(world, "target-failed")]).toEqual(["succeeded", []]);
  });
});

describe("two at once", () => {
  it("branch-deploy #504: being the same person does not open somebody's lease", async () => {
    const world = stage(aChange({ batches: [["a"], ["b"]], rollout: { bakeMs: MINUTE } }));
    const first = world.start({ machine: world.machine("runner"), wish: "run" });
    const second = world.clock.sleep(5_000).then(() => {
      const same = world.start({ machine: world.machine("runner"), wish: "run" });
      return same.done;
    });
    expect((await world.drive(second)).kind).toBe("kept-out");
    await world.drive(first.done);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("branch-deploy #218: a second run waits for the first, and then finds that it is done", async () => {
    const world = stage(pair);
    const first = world.start({ machine: world.machine("runner"), wish: "run" });
    const second = world.start({ machine: world.machine("another"), wish: "run", patienceMs: 20 * MINUTE });
    await world.drive(first.done);
    expect((await world.drive(second.done)).kind).toBe("nothing");
    expect(count(storyOf(world), "install a")).toBe(1);
  });

  it("Nomad GH-27284: a takeover does not double what runs side by side", async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const world = stage(aChange({ batches: [names], rollout: { parallel: 2, maxUnavailable: 2 } }));
    await runUntil(world, started("c"));
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("Spinnaker #7921: a worker that wakes late changes nothing any more", async () => {
    const world = stage(aChange({ batches: [["a"], ["b"]], rollout: { bakeMs: MINUTE } }));
    const sleeper = world.start({ machine: world.machine("runner"), wish: "run" });
    world.clock.sleep(10_000).then(() => sleeper.life.pauseUntil(world.clock.now() + 60 * MINUTE));
    await world.drive(world.clock.sleep(11_000));
    await run(world, { machine: world.machine("another"), patienceMs: 20 * MINUTE });
    expect(outcomeOf(world)).toBe("succeeded");
    const { length } = world.remote.events;
    const end = await world.drive(sleeper.done);
    expect(end).toMatchObject({ kind: "ended", failure: { code: "LEASE_LOST" } });
    expect([world.remote.events.length, world.broken]).toEqual([length, []]);
  });

  it("cloudposse/docs #358: what a displaced machine recorded is set aside, and forks no history", async () => {
    const world = stage(pair);
    await runUntil(world, started("b"));
    await run(world, { machine: world.machine("another"), patienceMs: 20 * MINUTE });
    expect((await run(world)).kind).toBe("nothing");
    expect(eventsOf(world, "finished")).toHaveLength(1);
  });

  it("Deployer #3335: a cancelled run leaves no lock behind", async () => {
    const world = stage(aChange({ batches: [["a"], ["b"]], rollout: { bakeMs: MINUTE } }));
    const cancel = new AbortController();
    world.clock.sleep(5_000).then(() => cancel.abort("SIGTERM"));
    await run(world, { cancel: cancel.signal });
    expect(world.remote.lease?.state).toBe("released");
    await run(world, { machine: world.machine("another") });
    expect(outcomeOf(world)).toBe("succeeded");
  });

  it("Terraform #28693: a change that is rejected leaves no lock behind", async () => {
    const world = stage({
      ...pair,
      needsApproval: true,
      requires: [{ environment: "staging", withinMs: 1 }],
    });
    world.faults = { ...world.faults, unmet: 1 };
    await run(world);
    expect([outcomeOf(world), world.remote.lease?.state]).toEqual(["rejected", "released"]);
  });
});

describe("a connection that is lost", () => {
  const fleet: Change = {
    ...aChange({ batches: [["a", "b", "c"]], rollout: { maxUnavailable: 1 } }),
    ssh: SSH,
  };
  const lost = { ms: 10_000, cutMs: 1_000, extent: "half", ending: { kind: "exited", code: 1 } } as const;

  it("Ansible #18782: an unreachable target stays inside the budget, and the next one is not drained", async () => {
    const world = stage(fleet, (place) => (isStep(place, "a") ? lost : null));
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
    expect(storyOf(world)).not.toContain("install b");
  });

  it("Ansible #56265: what became of the step is asked, and its real end counts", async () => {
    const world = stage(fleet, (place) => (isStep(place, "a") ? CUT : null));
    await run(world);
    expect([outcomeOf(world), count(storyOf(world), "install a")]).toEqual(["succeeded", 1]);
  });

  it("Ansible #7686: a target that is unreachable does not count as one that is done", async () => {
    const reboot = { isReboot: true, hasReceipt: false, extent: "none" } as const;
    const world = stage(fleet, (place) =>
      isStep(place, "c") ? { ...reboot, ending: { kind: "lost", reason: "gone" } } : null,
    );
    await run(world);
    expect(outcomeOf(world)).not.toBe("succeeded");
    expect(world.broken).toEqual([]);
  });

  it("Ansible #13870: a target that restarts in the middle of a step is not assumed to have finished it", async () => {
    let reboots = 1;
    const world = stage(fleet, (place) =>
      isStep(place, "b") && reboots-- > 0
        ? { isReboot: true, hasReceipt: false, extent: "half", ending: { kind: "lost", reason: "gone" } }
        : null,
    );
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
    expect(storyOf(world).filter((line) => line.endsWith(" b"))).toEqual([
      "install b",
      "uninstall b",
      "install b",
    ]);
  });
});
