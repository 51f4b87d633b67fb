import { describe, expect, it } from "vitest";
import type { Change } from "../../../src/plan/change.ts";
import { aChange, aStep } from "../../fakes/change.ts";
import { eventsOf, FAILS, FAILS_HALFWAY, isStep, outcomeOf, run, stage, storyOf } from "./stage.ts";

const MINUTE = 60_000;
const HANGS = { ms: 60_000, extent: "half", ending: { kind: "timed-out" } } as const;
const pair = aChange({ batches: [["a"], ["b"]] });
const groups = ["blue", "green"].map((name) => ({ name, targets: [`${name}-1`, `${name}-2`] }));
const swap = aStep({ name: "Switch", run: "switch", undo: "switch back", on: "runner" });
const blueGreen: Change = {
  ...aChange({
    batches: [groups[0]!.targets],
    rollout: {
      strategy: "blue-green",
      bakeMs: MINUTE,
      blueGreen: { active: "which", groups, switch: swap, keepMs: null },
    },
  }),
  targets: groups.flatMap(({ targets }) => targets).map((name) => ({ name, host: name, zone: null })),
};
const trigger = (severity: "critical" | "warning"): Change["triggers"][number] => ({
  name: "ill",
  severity,
  when: { kind: "check", check: "alive", above: null, below: null, worseBy: null, forMs: 0, share: null },
  restore: [],
  respond: [],
  tell: [],
});

describe("what hangs", () => {
  it.each([
    ["Octopus #4106: a step that never ends is ended by its deadline", "do"],
    ["Ansible #34875: and what it did halfway is undone", "do"],
    ["Ansible #17299: an undo that never ends is tried again, and not for ever", "undo"],
    ["Kamal #1587: and then somebody is told what is left to do", "undo"],
  ] as const)("%s", async (_, direction) => {
    const change = aChange({ batches: [["a"], ["b"]], rollout: { maxUnavailable: 2 } });
    const world = stage(change, (place) => {
      if (isStep(place, "b")) return direction === "do" ? HANGS : FAILS_HALFWAY;
      return direction === "undo" && isStep(place, "b", "undo") ? HANGS : null;
    });
    await run(world);
    expect(outcomeOf(world)).toBe(direction === "do" ? "rolled-back" : "rollback-incomplete");
    expect(eventsOf(world, "rollback-failed").map(({ target }) => target)).toEqual(
      direction === "do" ? [] : ["b"],
    );
    expect(world.broken).toEqual([]);
  });

  it("deploy-rs #57: a target that never comes back from a restart does not hold the change for ever", async () => {
    const world = stage({ ...pair, ssh: { user: "u", keyEnv: "K", knownHosts: "k", port: 22 } }, (place) =>
      isStep(place, "b")
        ? { isReboot: true, hasReceipt: false, ending: { kind: "lost", reason: "gone" } }
        : null,
    );
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });
});

describe("a rollback", () => {
  const four = ["a", "b", "c", "d"];
  it("Argo #777: keeps to max-unavailable on the way back", async () => {
    const change = aChange({
      batches: [["a"], ["b", "c", "d"]],
      rollout: { maxUnavailable: 1 },
      rollbackParallel: 4,
    });
    const world = stage(change, (place) => (isStep(place, "d") ? FAILS : null));
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("Argo #3077: also where targets on the way back are slow to become healthy", async () => {
    const change = aChange({
      batches: [four.slice(0, 3), ["d"]],
      rollout: { maxUnavailable: 2 },
      health: { pass: 5 },
    });
    const world = stage(change, (place) => (isStep(place, "d") ? FAILS : null));
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("Nomad #12940: a target that cannot be put back is tried again, and the others are put back", async () => {
    const world = stage(aChange({ batches: [["a", "b"], ["c"]] }), (place) => {
      if (isStep(place, "c")) return FAILS;
      return isStep(place, "b", "undo") ? FAILS_HALFWAY : null;
    });
    await run(world);
    expect(storyOf(world).filter((line) => line === "uninstall b")).toHaveLength(3);
    expect(eventsOf(world, "target-rolled-back").map(({ target }) => target)).toEqual(["c", "a"]);
    expect([outcomeOf(world), world.broken]).toEqual(["rollback-incomplete", []]);
  });

  it("Argo #3304: each that is left is named, and a retry finishes the work", async () => {
    let isBroken = true;
    const world = stage(pair, (place) => {
      if (isStep(place, "b")) return FAILS;
      return isStep(place, "a", "undo") && isBroken ? FAILS : null;
    });
    await run(world);
    expect(eventsOf(world, "rollback-failed").map(({ target }) => target)).toEqual(["a"]);
    isBroken = false;
    await run(world, { wish: "rollback" });
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("Capistrano #1885: goes back to what was recorded before the first touch, and not one further", async () => {
    const world = stage(pair);
    await run(world);
    expect(outcomeOf(world)).toBe("succeeded");
    expect(eventsOf(world, "version-recorded").map(({ version }) => version)).toEqual(["1.0", "1.0"]);
  });

  it("Capistrano PR #514: and an attempt after a rollback records it anew", async () => {
    let fails = 1;
    const world = stage(pair, (place) => (isStep(place, "b") && fails-- > 0 ? FAILS : null));
    await run(world);
    await run(world);
    expect([outcomeOf(world), eventsOf(world, "version-recorded")]).toMatchObject([
      "succeeded",
      { length: 4 },
    ]);
    expect(world.broken).toEqual([]);
  });

  it("Argo #841: switched back is not recovered: a version that is not the old one is no rollback", async () => {
    const world = stage(pair, (place) => {
      if (isStep(place, "b")) return FAILS;
      return isStep(place, "a", "undo") ? { extent: "half" } : null;
    });
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rollback-incomplete", []]);
  });

  it("Nomad #10882: nor is a target that is back and not healthy", async () => {
    const world = stage(pair, (place) => (isStep(place, "b") ? FAILS : null));
    world.diagnose = (_, target) =>
      target === "a" && storyOf(world).includes("uninstall a") ? "unhealthy" : null;
    await run(world);
    expect(eventsOf(world, "rollback-failed").map(({ target }) => target)).toEqual(["a"]);
  });

  it("Flagger #1186: past what cannot be undone it stops as it is, and says so", async () => {
    const merge = aStep({ name: "Merge", run: "merge", undo: null, irreversible: true });
    const world = stage(aChange({ batches: [["a"], ["b"]], apply: { each: [merge] } }), (place) =>
      isStep(place, "b") ? FAILS : null,
    );
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["frozen", []]);
  });

  it("Capistrano-documentation PR #148: waits for what still runs beside the step that failed", async () => {
    const world = stage(aChange({ batches: [["a", "b"]] }), (place) => {
      if (isStep(place, "a")) return FAILS;
      return isStep(place, "b") ? { ms: 30_000 } : null;
    });
    await run(world);
    expect(storyOf(world).at(-1)).toBe("uninstall b");
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("ansible #12735: says of every target what was tried and what became of it", async () => {
    const world = stage(aChange({ batches: [["a"], ["b"], ["c"]] }), (place) =>
      isStep(place, "b") ? FAILS : null,
    );
    const end = await run(world);
    const statuses =
      end.kind === "ended" && [...end.state.targets].map(([name, { status }]) => [name, status]);
    expect(statuses).toEqual([
      ["a", "rolled-back"],
      ["b", "rolled-back"],
    ]);
  });
});

describe("a switch that takes long", () => {
  it("uses up nobody's time to be healthy in: what was healthy before it still is", async () => {
    const slow = { ...blueGreen.rollout.blueGreen!, switch: { ...swap, timeoutMs: 120 * MINUTE } };
    const change = { ...blueGreen, rollout: { ...blueGreen.rollout, blueGreen: slow } };
    const world = stage(change, ({ scope }) => (scope === "switch" ? { ms: 60 * MINUTE } : null));
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });
});

describe("an exit code", () => {
  it("k8s-deploy #305: of a switch that failed is no success", async () => {
    const world = stage(blueGreen, ({ scope, direction }) =>
      scope === "switch" && direction === "do" ? FAILS : null,
    );
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("k8s-deploy #240: of a step before the batches that failed keeps every target untouched", async () => {
    const schema = aStep({ name: "Schema", run: "up", undo: "down", on: "runner" });
    const world = stage(aChange({ batches: [["a"]], apply: { before: [schema] } }), ({ scope, direction }) =>
      scope === "before" && direction === "do" ? FAILS : null,
    );
    await run(world);
    expect(storyOf(world)).toEqual(["up once", "down once"]);
  });
});

describe("a trigger", () => {
  it("Flagger #1801: fires while the live group is being watched, and the traffic goes back", async () => {
    const world = stage({ ...blueGreen, triggers: [trigger("critical")] });
    world.diagnose = () => {
      const [switched] = eventsOf(world, "bake-started");
      const isLate = switched !== undefined && world.clock.now() > Date.parse(switched.at) + 30_000;
      return isLate && storyOf(world).at(-1) === "switch once" ? "unhealthy" : null;
    };
    await run(world);
    expect(storyOf(world)).toContain("switch back once");
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("Flagger #1588: is as live while the change waits for a person", async () => {
    const ill = {
      ...trigger("critical"),
      name: "worse",
      when: { ...trigger("critical").when, check: "deep" },
    };
    const deep = { name: "deep", probe: { kind: "tcp", host: "{host}", port: 81 }, timeoutMs: 500 } as const;
    const limits = { below: null, above: null, baselineMs: null };
    const checks = [...pair.health.checks, { ...deep, ...limits }];
    const change = {
      ...pair,
      health: { ...pair.health, checks },
      triggers: [trigger("warning"), ill as never],
    };
    const world = stage({ ...change, onWarning: { askMs: 60 * MINUTE, otherwise: "continue" } });
    world.diagnose = (check) => {
      const asked = eventsOf(world, "trigger-fired").length > 0;
      if (check === "alive") return storyOf(world).length === 1 && !asked ? "unhealthy" : null;
      return asked && storyOf(world).length === 1 ? "unhealthy" : null;
    };
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });
});

describe("health", () => {
  it.each([
    ["Argo #1466: a source that is down", "unknown", "never passes, and ends by its deadline"],
    ["Argo #180: an empty answer", "unknown", "is no good one"],
    ["Argo #3503: a value that is not a number", "unknown", "is no good one"],
    ["Keptn #1496: an answer with nothing in it", "unknown", "is not zero"],
    ["Nomad #11267: a target that never becomes healthy", "unhealthy", "ends the change by its deadline"],
  ] as const)("%s %s: %s", async (...[, verdict]) => {
    const world = stage(pair);
    world.diagnose = (_, target) =>
      target === "b" && storyOf(world).at(-1) === "install b" ? verdict : null;
    await run(world);
    expect(eventsOf(world, "trigger-fired")[0]).toMatchObject({ trigger: "health-gate" });
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it.each([
    ["Argo #1360: a check that has not answered yet keeps the gate shut", "unknown"],
    ["Argo #1411: one bad answer among good ones is a bad one", "unhealthy"],
  ] as const)("%s", async (_, verdict) => {
    const second = { ...pair.health.checks[0]!, name: "second" };
    const world = stage({ ...pair, health: { ...pair.health, checks: [...pair.health.checks, second] } });
    world.diagnose = (check) =>
      check === "second" && storyOf(world).at(-1) === "install a" ? verdict : null;
    await run(world);
    expect(storyOf(world)).not.toContain("install b");
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("Argo #1329: a measurement that was ended early counts as none", async () => {
    const world = stage(pair);
    world.faults = { ...world.faults, slow: 1 };
    await run(world);
    expect(outcomeOf(world)).not.toBe("succeeded");
  });
});
