import { describe, expect, it } from "vitest";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { aChange, aStep } from "../fakes/change.ts";
import { World } from "../fakes/world.ts";

const kinds = (world: World) => world.journal.map((event) => event.kind);
const outcomeOf = (world: World) => world.journal.findLast((event) => event.kind === "finished")?.outcome;
const fails = (target: string, script = "install") => ({
  behave: (call: { target: { name: string } | null; script: string }) =>
    call.target?.name === target && call.script === script ? { code: 1 } : {},
});

describe("a rolling change", () => {
  it("updates every target, batch after batch, and says so", async () => {
    const world = new World(aChange());
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
    expect(world.log[0]).toBe("a: install");
    expect([...world.versions.values()]).toEqual(["2.0", "2.0", "2.0"]);
  });

  it("opens a batch only after the one before has passed", async () => {
    const world = new World(aChange({ rollout: { bakeMs: 5_000 } }));
    await world.run();
    const story = kinds(world).filter((kind) => kind.startsWith("batch") || kind === "bake-started");
    const batch = ["batch-opened", "bake-started", "batch-passed"];
    expect(story).toEqual([...batch, ...batch]);
  });

  it("never has more targets out of service than max-unavailable", async () => {
    const batches = [["a", "b", "c", "d", "e", "f"]];
    const world = new World(aChange({ batches, rollout: { maxUnavailable: 2 } }));
    const counts: number[] = [];
    world.watch = (_, state) => counts.push(state.unavailable.size);
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
    expect(Math.max(...counts)).toBe(2);
  });

  it("runs at most `parallel` targets side by side", async () => {
    const batches = [["a", "b", "c", "d", "e", "f"]];
    const world = new World(aChange({ batches, rollout: { parallel: 3 } }));
    let most = 0;
    world.watch = (_, state) => {
      most = Math.max(most, state.inFlight.size);
    };
    await world.run();
    expect(most).toBe(3);
  });

  it("pushes the journal at most three times a batch", async () => {
    const batches = [["a"], ["b", "c"], ["d", "e", "f"], ["g", "h"]];
    const world = new World(aChange({ batches, rollout: { bakeMs: 1_000, maxUnavailable: 1 } }));
    await world.run();
    expect(world.flushes).toBeLessThanOrEqual(3 * batches.length);
  });
});

describe("a failed step", () => {
  it("rolls every touched target back, newest first, and never touches the rest", async () => {
    const world = new World(aChange({ batches: [["a"], ["b"], ["c"], ["d"]] }), fails("c"));
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(world.log.slice(2)).toEqual(["c: uninstall", "b: uninstall", "a: uninstall"]);
    expect([...new Set(world.versions.values())]).toEqual(["1.0"]);
    expect(world.log.some((line) => line.startsWith("d"))).toBe(false);
  });

  it("is retried as often as the step allows", async () => {
    let left = 2;
    const world = new World(aChange({ apply: { each: [aStep({ retries: 2 })] } }), {
      behave: (call) => (call.target?.name === "b" && left-- > 0 ? { code: 1 } : {}),
    });
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
  });

  it("within max-failures leaves the change held, and a resumed run mends it", async () => {
    let broken = true;
    const world = new World(aChange({ batches: [["a", "b"], ["c"]], rollout: { maxFailures: 1 } }), {
      behave: (call) => (call.target?.name === "b" && call.script === "install" && broken ? { code: 1 } : {}),
    });
    await world.run();
    expect(outcomeOf(world)).toBe("held");
    broken = false;
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
    expect(world.log.filter((line) => line === "a: install")).toHaveLength(1);
  });

  it("after an irreversible step freezes the change as it is", async () => {
    const before = [aStep({ name: "Schema", run: "migrate", undo: null, irreversible: true })];
    const world = new World(aChange({ apply: { before } }), fails("b"));
    await world.run();
    expect(outcomeOf(world)).toBe("frozen");
    expect(world.log).not.toContain("a: uninstall");
  });
});

describe("the health gate", () => {
  it("rolls back when a target does not become healthy in time", async () => {
    const health = (target: string, world: World) =>
      target === "b" && world.versions.get("b") === "2.0" ? "unhealthy" : "healthy";
    const world = new World(aChange(), { health });
    await world.run();
    const trigger = world.journal.find((event) => event.kind === "trigger-fired");
    expect(trigger).toMatchObject({
      trigger: "health-gate",
      measurements: [{ check: "alive", verdict: "unhealthy" }],
    });
    expect(outcomeOf(world)).toBe("rolled-back");
  });

  it("does not pass on unknown, and fails at the deadline", async () => {
    const health = (target: string, world: World) =>
      target === "a" && world.versions.get("a") === "2.0" ? "unknown" : "healthy";
    const world = new World(aChange(), { health });
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(world.versions.get("b")).toBe("1.0");
  });

  it("restarts the bake when a target turns unhealthy, and gives up when it keeps doing so", async () => {
    const flapping = (_: string, world: World) =>
      world.versions.get("a") === "2.0" && Math.floor(world.clock.now() / 1_000) % 7 === 0
        ? "unhealthy"
        : "healthy";
    const change = aChange({ batches: [["a"]], rollout: { bakeMs: 30_000 }, health: { deadlineMs: 20_000 } });
    const world = new World(change, { health: flapping });
    await world.run();
    expect(kinds(world).filter((kind) => kind === "bake-started").length).toBeGreaterThan(1);
    expect(outcomeOf(world)).toBe("rolled-back");
  });
});

describe("a rollback", () => {
  it("goes on past a target that cannot be undone, and names it", async () => {
    const world = new World(aChange({ batches: [["a"], ["b"], ["c"]], rollout: { maxUnavailable: 2 } }), {
      behave: (call) => {
        if (call.target?.name === "c" && call.script === "install") return { code: 1 };
        return call.target?.name === "b" && call.script === "uninstall" ? { code: 1 } : {};
      },
    });
    const state = await world.run();
    expect(outcomeOf(world)).toBe("rollback-incomplete");
    expect([...(state.rollback?.failed.keys() ?? [])]).toEqual(["b"]);
    expect(world.versions.get("a")).toBe("1.0");
  });

  it("is tried again for what it left, and only for that", async () => {
    let broken = true;
    const world = new World(aChange({ batches: [["a"], ["b"]] }), {
      behave: (call) => {
        if (call.target?.name === "b" && call.script === "install") return { code: 1 };
        return call.script === "uninstall" && call.target?.name === "b" && broken ? { code: 1 } : {};
      },
    });
    await world.run();
    broken = false;
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(world.log.filter((line) => line === "b: uninstall")).toHaveLength(1);
  });

  it("believes a person that the rest was put right by hand, once it is verified", async () => {
    const world = new World(
      aChange({ batches: [["a"], ["b"]], apply: { before: [aStep({ undo: "broken" })] } }),
      {
        behave: (call) => {
          if (call.target?.name === "b" && call.script === "install") return { code: 1 };
          return call.script === "broken" || (call.script === "uninstall" && call.target?.name === "b")
            ? { code: 1 }
            : {};
        },
      },
    );
    await world.run();
    expect(outcomeOf(world)).toBe("rollback-incomplete");
    world.versions.set("b", "0.9");
    await world.run({ wish: "repaired" });
    expect(outcomeOf(world)).toBe("rollback-incomplete");
    for (const name of ["a", "b"]) world.versions.set(name, "1.0");
    const before = kinds(world).length;
    await world.run({ wish: "repaired" });
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(kinds(world).slice(before)).not.toContain("step-started");
  });

  it("verifies a target again that was undone but not proven back", async () => {
    let sick = true;
    const undone = (world: World) => world.log.includes("b: uninstall");
    const world = new World(aChange({ batches: [["a"], ["b"]] }), {
      ...fails("b"),
      health: (target, w) => (target === "b" && undone(w) && sick ? "unhealthy" : "healthy"),
    });
    await world.run();
    expect(outcomeOf(world)).toBe("rollback-incomplete");
    sick = false;
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(kinds(world).filter((kind) => kind === "target-rolled-back")).toHaveLength(2);
  });

  it("keeps within max-unavailable on the way back", async () => {
    const batches = [["a"], ["b"], ["c"], ["d"], ["e"]];
    const world = new World(aChange({ batches, rollout: { maxUnavailable: 1 } }), fails("e"));
    const counts: number[] = [];
    world.watch = (_, state) => counts.push(state.unavailable.size);
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
    expect(Math.max(...counts)).toBe(1);
  });

  it("does not call a target rolled back that runs another version than was recorded", async () => {
    const world = new World(aChange({ batches: [["a"], ["b"]] }), {
      behave: (call, w) => {
        if (call.script === "uninstall" && call.target?.name === "a") w.versions.set("recorded", "0.9");
        return call.target?.name === "b" && call.script === "install" ? { code: 1 } : {};
      },
    });
    world.watch = (event) => {
      if (event.kind === "step-finished" && event.direction === "undo")
        world.versions.set(event.target!, "0.9");
    };
    await world.run();
    expect(outcomeOf(world)).toBe("rollback-incomplete");
  });

  it("goes on while the remote does not answer", async () => {
    const world = new World(aChange({ batches: [["a"], ["b"]] }), fails("b"));
    world.watch = (event) => {
      if (event.kind === "trigger-fired") world.flushFails = "down";
    };
    await world.run();
    expect(outcomeOf(world)).toBe("rolled-back");
  });

  it("undoes once-steps around the targets: what ran after first, what ran before last", async () => {
    const before = [aStep({ name: "Schema", run: "migrate up", undo: "migrate down" })];
    const after = [
      aStep({ name: "Cache", run: "warm", undo: "cool" }),
      aStep({ name: "Break", run: "break" }),
    ];
    const world = new World(aChange({ batches: [["a"]], apply: { before, after } }), {
      behave: (call) => (call.script === "break" ? { code: 1 } : {}),
    });
    await world.run();
    expect(world.log).toEqual([
      "runner: migrate up",
      "a: install",
      "runner: warm",
      "runner: uninstall",
      "runner: cool",
      "a: uninstall",
      "runner: migrate down",
    ]);
  });

  it("tells people once", async () => {
    const world = new World(aChange(), fails("b"));
    await world.run();
    expect(world.announcements).toBe(1);
    expect(kinds(world).filter((kind) => kind === "announced")).toHaveLength(1);
  });
});

describe("a resumed run", () => {
  it("freezes where an irreversible step was cut off: nobody can tell whether it took effect", async () => {
    const before = [aStep({ name: "Schema", run: "migrate", undo: null, irreversible: true })];
    const world = new World(aChange({ apply: { before } }), {
      behave: (call, dying) => {
        if (call.script === "migrate") dying.kill();
        return { lost: true };
      },
    });
    await world.run();
    const state = await world.run();
    expect(state.outcome).toMatchObject({ outcome: "frozen", reasonCode: "irreversible" });
    expect(world.log).not.toContain("a: install");
  });
});

describe("a cancelled run", () => {
  it("ends what runs, records how far it got, and goes on when resumed", async () => {
    const world = new World(aChange());
    const cancel = new AbortController();
    world.watch = (event: ChangeEvent) => {
      if (event.kind === "step-started" && event.target === "b") cancel.abort("SIGTERM");
    };
    await world.run({ cancel: cancel.signal });
    expect(world.journal.at(-1)).toMatchObject({ kind: "interrupted", cause: "SIGTERM" });
    expect(world.running.size).toBe(0);
    await world.run();
    expect(outcomeOf(world)).toBe("succeeded");
  });
});
