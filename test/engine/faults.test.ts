import { describe, expect, it } from "vitest";
import type { CommandCall } from "../../src/ports.ts";
import { aChange, aStep } from "../fakes/change.ts";
import { World } from "../fakes/world.ts";

const outcomeOf = (world: World) => world.journal.findLast((event) => event.kind === "finished")?.outcome;
const names = (count: number) => Array.from({ length: count }, (_, i) => `t${i}`);
const is = (call: CommandCall, target: string, script: string) =>
  call.target?.name === target && call.script === script;

describe("a run that lost its disk", () => {
  it("goes on with a batch of unknown extent within max-unavailable and parallel", async () => {
    const change = aChange({ batches: [names(12)], rollout: { maxUnavailable: 3, parallel: 2 } });
    // Of different lengths, so that steps overlap when they are looked at.
    const world = new World(change, {
      behave: (call) => ({ ms: is(call, "t1", "uninstall") ? 1_500 : 1_000 }),
    });
    await world.run({ killAfter: 20 });
    world.loseDisk();
    const most = { out: 0, running: 0 };
    world.watch = (_, state) => {
      most.out = Math.max(most.out, state.unavailable.size);
    };
    world.onCommand = () => {
      most.running = Math.max(most.running, world.running.size + 1);
    };
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
    expect(most).toEqual({ out: 3, running: 2 });
  });

  it("rolls a batch of unknown extent back within max-unavailable", async () => {
    const change = aChange({ batches: [names(12)], rollout: { maxUnavailable: 3 } });
    const world = new World(change);
    await world.run({ killAfter: 20 });
    world.loseDisk();
    let most = 0;
    world.watch = (_, state) => {
      most = Math.max(most, state.unavailable.size);
    };
    await world.run({ wish: "rollback" });
    expect(outcomeOf(world)).toBe("rolled-back");
    expect([...new Set(world.versions.values())]).toEqual(["1.0"]);
    expect(most).toBe(3);
  });

  it("undoes a target once, though it waited for its undo when the runner died", async () => {
    const change = aChange({ batches: [names(6)], rollbackParallel: 1 });
    const world = new World(change, {
      behave: (call) => (is(call, "t5", "install") ? { ms: 10, code: 1 } : { ms: 1_000 }),
    });
    world.watch = (event) => {
      if (event.kind === "announced") world.clock.sleep(1_000).then(() => world.kill());
    };
    await world.run();
    world.watch = () => {};
    await world.run({ killAfter: 1 });
    world.loseDisk();
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    const undone = world.log.filter((line) => line.endsWith(": uninstall"));
    expect(undone).toHaveLength(new Set(undone).size);
  });

  it("freezes when an irreversible step may have run", async () => {
    const each = [aStep(), aStep({ name: "Convert", run: "convert", undo: null, irreversible: true })];
    const world = new World(aChange({ batches: [names(3)], apply: { each } }));
    await world.run({ killAfter: 12 });
    world.loseDisk();
    await world.run({ wish: "rollback" });
    expect(outcomeOf(world)).toBe("frozen");
  });

  it("does not take a lost run's receipt for that of a new one", async () => {
    const world = new World(aChange({ batches: [["a"]] }));
    const ids: (string | null)[] = [];
    world.onCommand = (call) => ids.push(call.id);
    for (const killAfter of [5, 4, 4]) {
      await world.run({ killAfter });
      world.loseDisk();
    }
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("a journal that cannot be reached", () => {
  it("ends the run before the first step, and the next run goes on", async () => {
    const world = new World(aChange());
    world.flushFails = "no answer";
    await expect(world.run()).rejects.toMatchObject({ code: "JOURNAL_UNREACHABLE" });
    expect(world.log).toEqual([]);
    world.flushFails = null;
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
  });

  it("holds the first undo back for half a second at most, so that the trigger gets there first", async () => {
    const world = new World(aChange({ batches: [["a"], ["b"]] }), {
      behave: (call) => (is(call, "b", "install") ? { code: 1 } : {}),
    });
    let firedMs = 0;
    let waitedMs: number | null = null;
    world.watch = (event) => {
      if (event.kind !== "trigger-fired") return;
      firedMs = world.clock.now();
      world.flushMs = 60_000;
    };
    world.onCommand = (call) => {
      if (call.script === "uninstall") waitedMs ??= world.clock.now() - firedMs;
    };
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(waitedMs).toBe(500);
  });
});

describe("a trigger", () => {
  it("keeps a step from starting that waits for its next try", async () => {
    const each = [aStep({ retries: 3 })];
    const world = new World(aChange({ batches: [["a", "b"]], apply: { each } }), {
      behave: ({ target, script }) => ({
        ms: target?.name === "b" ? 50 : 3_000,
        code: script === "install" ? 1 : 0,
      }),
    });
    let fired = false;
    const late: string[] = [];
    world.watch = (event) => {
      fired ||= event.kind === "trigger-fired";
    };
    world.onCommand = (call) => {
      if (fired && call.script === "install") late.push(call.id!);
    };
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(late).toEqual([]);
  });

  it("does not wait with the other undos for a step that a dead process left behind", async () => {
    const world = new World(aChange({ batches: [["a"], ["b"]], rollout: { maxUnavailable: 2 } }), {
      behave: (call) => ({ ms: is(call, "b", "install") ? 50_000 : 1_000 }),
    });
    world.watch = (event) => {
      if (event.kind !== "step-started" || event.target !== "b" || event.direction !== "do") return;
      world.clock.sleep(100).then(() => world.kill());
    };
    await world.run();
    await world.run({ wish: "rollback" });
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(world.log.slice(1)).toEqual(["a: uninstall", "b: install", "b: uninstall"]);
  });
});

describe("health that comes and goes", () => {
  it("ends in a rollback when targets take turns at being unhealthy", async () => {
    const change = aChange({ batches: [["a", "b", "c"]], health: { deadlineMs: 20_000, pass: 1 } });
    const world = new World(change, {
      health: (target, { versions, clock }) => {
        const turn = "abc"[Math.floor(clock.now() / 6_000) % 3];
        return turn !== target && versions.get(target) === "2.0" ? "unhealthy" : "healthy";
      },
      behave: (call) => ({ ms: call.target?.name === "c" ? 7_000 : 1_000 }),
    });
    await world.run();
    const fired = world.journal.find((event) => event.kind === "trigger-fired");
    expect(fired).toMatchObject({ trigger: "health-gate", reason: expect.stringContaining("together") });
    expect(outcomeOf(world)).toBe("rolled-back");
  });
});

describe("a rollback", () => {
  it("watches the health of a target on which nothing has to be undone", async () => {
    const change = aChange({ batches: [["a"], ["b"]], apply: { each: [aStep({ undo: null })] } });
    const world = new World(
      { ...change, versionCommand: null },
      {
        behave: (call) => (is(call, "b", "install") ? { code: 1 } : {}),
      },
    );
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
  });

  it("asks for as many versions at once as targets may be changed side by side", async () => {
    const batches = [names(30)];
    const change = aChange({ batches, rollout: { parallel: 4, maxFailures: 0 }, rollbackParallel: 4 });
    const world = new World(change, {
      behave: (call) => (is(call, "t29", "install") ? { code: 1 } : { ms: 1_000 }),
    });
    let most = 0;
    world.watch = (_, state) => {
      most = Math.max(most, state.rollback?.asking ?? 0);
    };
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(most).toBe(4);
  });
});
