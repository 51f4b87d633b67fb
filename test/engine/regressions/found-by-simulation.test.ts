import { describe, expect, it } from "vitest";
import type { Change } from "../../../src/plan/change.ts";
import { NO_FAULTS } from "../../../src/rehearsal/faults.ts";
import { aChange, aStep } from "../../fakes/change.ts";
import { overtake } from "../../simulation/overtake.ts";
import { CUT, eventsOf, FAILS, isStep, outcomeOf, run, runUntil, SSH, stage, storyOf } from "./stage.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const service = {
  name: "orders",
  probe: { kind: "run", command: "count", on: "runner" },
  timeoutMs: 500,
  below: null,
  above: 0,
  baselineMs: 10_000,
} as const;

describe("what the simulation found once, and must never find again", () => {
  it("seed 15: a step whose connection is cut is asked about before anything else runs there", async () => {
    const change: Change = { ...aChange({ batches: [["a"]] }), ssh: SSH };
    const world = stage(change, (place) => (isStep(place, "a") ? CUT : null));
    await run(world);
    expect([outcomeOf(world), storyOf(world), world.broken]).toEqual(["succeeded", ["install a"], []]);
  });

  it("seed 9: what was said in one attempt is not carried out in the next", async () => {
    const world = stage(aChange({ batches: [["a"], ["b"]] }));
    world.clock.sleep(1_500).then(() => world.crowd.say("rollback"));
    await run(world);
    expect(outcomeOf(world)).toBe("rolled-back");
    await run(world);
    expect(outcomeOf(world)).toBe("succeeded");
    expect(eventsOf(world, "commanded")).toHaveLength(1);
  });

  it("seed 26: a once-step that waits for a slow push does not start once somebody holds", async () => {
    const schema = aStep({ name: "Schema", run: "migrate", undo: "migrate back", on: "runner" });
    const world = stage(aChange({ batches: [["a"]], apply: { before: [schema] } }));
    world.pushMs = 5_000;
    world.clock.sleep(7_000).then(() => world.crowd.say("hold"));
    await run(world);
    expect([outcomeOf(world), storyOf(world), world.broken]).toEqual(["held", [], []]);
  });

  it("seed 1: a service check is not probed twice at once while its baseline is measured", async () => {
    const world = stage(aChange({ batches: [["a"]], health: { service: [service] } }));
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("seed 1620: a clock that jumps by a day serves no notice", async () => {
    const world = stage({ ...aChange({ batches: [["a"]] }), notify: { beforeMs: 5 * MINUTE, to: [] } });
    const machine = world.machine("runner");
    machine.skewMs = -DAY;
    await runUntil(world, ({ kind }) => kind === "notice-given");
    machine.skewMs = 0;
    const resumedMs = world.clock.now();
    await run(world);
    expect(world.clock.now() - resumedMs).toBeGreaterThan(4.9 * MINUTE);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("seed 1620: nor does it end a bake", async () => {
    const world = stage(aChange({ batches: [["a"]], rollout: { bakeMs: 10 * MINUTE } }));
    const machine = world.machine("runner");
    machine.skewMs = -DAY;
    await runUntil(world, ({ kind }) => kind === "bake-started");
    machine.skewMs = 0;
    const resumedMs = world.clock.now();
    await run(world);
    expect(world.clock.now() - resumedMs).toBeGreaterThan(9.9 * MINUTE);
    expect(outcomeOf(world)).toBe("succeeded");
  });

  it("seed 356: targets that were tolerated and tried again are no success before they are healthy", async () => {
    const change = aChange({ batches: [["a", "b"]], rollout: { maxFailures: 1 } });
    const world = stage(change);
    world.diagnose = (_, target) => (target === "b" ? "unhealthy" : null);
    await run(world);
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["held", []]);
  });

  it("a golden journal: targets of a change that was held are watched again once it goes on", async () => {
    const world = stage(aChange({ batches: [["a"], ["b"]], rollout: { bakeMs: MINUTE } }));
    world.clock.sleep(10_000).then(() => world.crowd.say("hold"));
    await run(world);
    expect(outcomeOf(world)).toBe("held");
    await run(world);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("seed 505: an undo that lied is run again when somebody retries the rollback", async () => {
    let lies = 1;
    const world = stage(aChange({ batches: [["a"], ["b"]] }), (place) => {
      if (isStep(place, "b")) return FAILS;
      return isStep(place, "a", "undo") && lies-- > 0 ? { extent: "half" } : null;
    });
    await run(world);
    expect(outcomeOf(world)).toBe("rollback-incomplete");
    await run(world, { wish: "rollback" });
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("seed 2708: a backup that was lost with its machine is looked for before the first touch", async () => {
    const backup = {
      name: "db",
      run: "dump",
      verify: null,
      keep: null,
      fetch: null,
      restore: null,
      timeoutMs: MINUTE,
    };
    const world = stage({ ...aChange({ batches: [["a"]] }), backups: [backup] });
    await run(world, { until: "prepare" });
    world.machine("runner").lose();
    await run(world, { machine: world.machine("another") });
    expect([outcomeOf(world), storyOf(world)]).toEqual(["rejected", []]);
  });

  it("seed 61569: a rollback undoes the newest step first, though that undo has failed on the way forward", async () => {
    const drain = aStep({ name: "Drain", run: "drain", undo: "enable" });
    const install = aStep({ name: "Install", run: "install", undo: "uninstall" });
    let failures = 3;
    const world = stage(aChange({ batches: [["a"]], apply: { each: [drain, install] } }), (place) =>
      isStep(place, "a", "undo") && failures-- > 0 ? FAILS : null,
    );
    await runUntil(world, (event) => event.kind === "step-started" && event.step === 1);
    world.machine("runner").lose();
    await run(world, { machine: world.machine("another"), patienceMs: 12 * MINUTE });
    const undone = storyOf(world).slice(2);
    expect(undone.slice(0, 3)).toEqual(["uninstall a", "uninstall a", "uninstall a"]);
    expect(undone.slice(3)).toEqual(["uninstall a", "enable a"]);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("seed 1354: what the remote never heard of keeps nobody out, so what came over it is looked at", async () => {
    const world = stage(aChange({ batches: [["a"]] }), (place) => (isStep(place, "a") ? FAILS : null));
    // The batch is on this machine's disk, and on its way to the remote, when the process dies.
    world.pushMs = 60_000;
    await runUntil(world, ({ kind }) => kind === "batch-opened");
    world.pushMs = 50;
    await world.drive(overtake(world));
    await run(world);
    const versions = eventsOf(world, "version-recorded").map(({ version }) => version);
    expect(versions).toEqual(["1.0", `1.${world.remote.lease!.token - 1}`]);
    expect([outcomeOf(world), world.broken]).toEqual(["rolled-back", []]);
  });

  it("a step that is cancelled out of reach stays in doubt, and nobody is let in while it may be running", async () => {
    const world = stage({ ...aChange({ batches: [["a"]] }), ssh: SSH }, () => ({ ms: 5_000, cutMs: null }));
    world.faults = { ...NO_FAULTS, cut: 1 };
    const cancel = new AbortController();
    world.clock.sleep(2_000).then(() => cancel.abort("SIGTERM"));
    await run(world, { cancel: cancel.signal });
    expect(eventsOf(world, "step-interrupted")).toEqual([]);
    expect(world.remote.lease?.state).toBe("held");
    world.faults = NO_FAULTS;
    const another = world.machine("another");
    expect(await run(world, { machine: another })).toMatchObject({ kind: "kept-out" });
    await run(world, { machine: another, patienceMs: 12 * MINUTE });
    expect([outcomeOf(world), storyOf(world), world.broken]).toEqual(["succeeded", ["install a"], []]);
  });

  it("two crashes, of a machine and then at once: what the first has lost stays in doubt after the second", async () => {
    for (let killAt = 1; killAt <= 8; killAt++) {
      const world = stage(aChange({ batches: [["a", "b"]], rollout: { strategy: "big-bang" } }));
      await runUntil(world, (event) => event.kind === "step-finished");
      world.machine("runner").lose();
      await run(world, { patienceMs: 12 * MINUTE, killAt });
      await run(world, { patienceMs: 12 * MINUTE });
      expect(eventsOf(world, "resumed")[0]?.writeAhead).toBe("missing");
      expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
    }
  });

  it("seed 19652: there is no end while what a warning has set off is under way", async () => {
    const respond = [aStep({ name: "Isolate", run: "isolate", undo: null, on: "runner" })];
    const banner = aStep({ name: "Banner", run: "banner on", undo: "banner off", on: "runner" });
    const when = { kind: "issues", label: "incident", moreThan: 2 } as const;
    const trigger = { name: "incident", severity: "warning", when, restore: [], respond, tell: [] } as const;
    const base = aChange({ batches: [["a"]], change: { prepare: [banner], triggers: [trigger] } });
    const script = [{ kind: "trigger", trigger: "incident", afterMs: 5_000, forMs: null } as const];
    const world = stage(
      { ...base, onWarning: { askMs: 0, otherwise: "continue" } },
      ({ scope, direction }) =>
        scope === "respond" || (scope === "prepare" && direction === "undo") ? { ms: 200_000 } : null,
    );
    Object.assign(world, { script });
    await run(world);
    expect(eventsOf(world, "step-finished").at(-1)?.scope).toBe("respond");
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });

  it("seed 8245: a once-step that failed while somebody held is undone before it is run again", async () => {
    const banner = aStep({ name: "Banner", run: "on", undo: "off", on: "runner" });
    let isFirst = true;
    const world = stage(aChange({ batches: [["a"]], change: { prepare: [banner] } }), (place) => {
      if (!isFirst || place.scope !== "prepare") return null;
      isFirst = false;
      // It did all that it was to do, and said that it had not.
      return { ms: 10_000, extent: "all", ending: { kind: "exited", code: 1 } };
    });
    world.clock.sleep(3_000).then(() => world.crowd.say("hold"));
    await run(world);
    expect([outcomeOf(world), storyOf(world)]).toEqual(["held", ["on once"]]);
    await run(world);
    expect(storyOf(world)).toEqual(["on once", "off once", "on once", "install a", "off once"]);
    expect([outcomeOf(world), world.broken]).toEqual(["succeeded", []]);
  });
});
