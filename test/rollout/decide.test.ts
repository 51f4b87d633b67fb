import { describe, expect, it } from "vitest";
import { type Action, decide } from "../../src/rollout/decide.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { isOutOfDate } from "../../src/rollout/out-of-date.ts";
import { replay } from "../../src/rollout/replay.ts";
import { aChange, aStep } from "../fakes/change.ts";

const NOON = Date.parse("2026-03-01T12:00:00Z");
const MINUTE = 60_000;
const at = new Date(NOON).toISOString();
const holder = { actor: "octocat", where: "test" };
const change = aChange({
  batches: [["a"], ["b", "c"]],
  rollout: { bakeMs: 10 * MINUTE, maxUnavailable: 2 },
  change: { versionCommand: null },
});

type Kind = "step-started" | "step-finished" | "step-interrupted";
function step(kind: Kind, target: string, direction: "do" | "undo" = "do"): ChangeEvent {
  const run = { at, scope: "each", step: 0, target, direction, run: 1 } as const;
  if (kind === "step-finished") return { kind, ...run, ms: 1 };
  return kind === "step-interrupted" ? { kind, ...run, detail: "gone" } : { kind, ...run };
}
const opened = (batch: number): ChangeEvent => {
  return { kind: "batch-opened", at, batch, targets: [...change.rollout.batches[batch]!] };
};
const done = (target: string) => [step("step-started", target), step("step-finished", target)];
const health = (target: string, verdict: "healthy" | "unhealthy" | "unknown"): ChangeEvent => {
  return { kind: "health-changed", at, target, verdict, measurements: [] };
};
const updated = (target: string) => [...done(target), health(target, "healthy")];
const baking: ChangeEvent[] = [opened(0), ...updated("a"), { kind: "bake-started", at, batch: 0 }];
const second: ChangeEvent[] = [...baking, { kind: "batch-passed", at, batch: 0 }, opened(1)];
const fired: ChangeEvent = {
  kind: "trigger-fired",
  at,
  trigger: "manual",
  severity: "critical",
  reason: "because",
  by: null,
  measurements: [],
};
const resumed = (writeAhead: "found" | "missing"): ChangeEvent => ({
  kind: "resumed",
  at,
  holder,
  writeAhead,
});

const tell = (action: Action) => {
  if (action.kind === "run-step") return `${action.run.direction} ${action.run.target}`;
  if (action.kind === "record") return action.fact.kind;
  return "run" in action ? `${action.kind} ${action.run.target}` : action.kind;
};
const prepared: ChangeEvent[] = [
  { kind: "gate-passed", at, detail: "open" },
  { kind: "phase-reached", at, phase: "prepare" },
];
const after = (events: readonly ChangeEvent[], nowMs = NOON) => {
  const { actions, wakeAtMs } = decide(replay(change, [...prepared, ...events]), nowMs);
  return actions.length > 0 ? actions.map(tell) : [`wait ${wakeAtMs === null ? "" : wakeAtMs - NOON}`.trim()];
};

describe("a rolling change", () => {
  it.each([
    ["opens the first batch", [], ["batch-opened"]],
    ["starts with its first target", [opened(0)], ["do a"]],
    ["waits while it runs", [opened(0), step("step-started", "a")], ["wait"]],
    ["waits for health until the deadline", [opened(0), ...done("a")], [`wait ${MINUTE}`]],
    ["bakes once the batch is healthy", [opened(0), ...updated("a")], ["bake-started"]],
    ["keeps the next batch closed meanwhile", baking, [`wait ${10 * MINUTE}`]],
    ["changes the targets of a batch side by side", second, ["do b", "do c"]],
  ] as const)("%s", (_, events, expected) => {
    expect(after(events)).toEqual(expected);
  });

  it("passes the batch when the bake is over", () => {
    expect(after(baking, NOON + 10 * MINUTE)).toEqual(["batch-passed"]);
  });

  it("bakes anew after a failure, and not after a missing answer", () => {
    const relapse = (verdict: "unhealthy" | "unknown") =>
      after([...baking, health("a", verdict), health("a", "healthy")], NOON + 1 * MINUTE);
    expect(relapse("unhealthy")).toEqual(["bake-started"]);
    expect(relapse("unknown")).toEqual([`wait ${10 * MINUTE}`]);
  });

  it("fails a target at its deadline, not a millisecond before", () => {
    const events = [opened(0), ...done("a")];
    expect(after(events, NOON + MINUTE - 1)).toEqual([`wait ${MINUTE}`]);
    expect(after(events, NOON + MINUTE)).toEqual(["target-failed"]);
  });
});

describe("a resumed change", () => {
  it.each([
    ["asks what became of a step in flight", [step("step-started", "b"), resumed("found")], ["probe-step b"]],
    [
      "undoes an interrupted step before it starts it again",
      [step("step-started", "b"), resumed("found"), step("step-interrupted", "b")],
      ["undo b"],
    ],
    ["undoes every target of the batch whose facts are lost", [resumed("missing")], ["undo b", "undo c"]],
    [
      "keeps what is known to be done, though facts are lost",
      [...updated("b"), resumed("missing"), health("b", "healthy")],
      ["undo c"],
    ],
    [
      "has lost nothing where it had said goodbye",
      [{ kind: "interrupted", at, cause: "SIGTERM" }, resumed("missing")],
      ["do b", "do c"],
    ],
  ] as const)("%s", (_, events, expected) => {
    expect(after([...second, ...events])).toEqual(expected);
  });

  it("does not serve the bake twice, but asks for health first", () => {
    const events = [...baking, resumed("found")];
    expect(after(events, NOON + 10 * MINUTE - 1)).toEqual(["target-failed"]);
    expect(after([...events, health("a", "healthy")], NOON + 10 * MINUTE)).toEqual(["batch-passed"]);
  });
});

describe("a rollback", () => {
  it.each([
    [
      "undoes what is out of service at once, what is in service within the limit",
      [...second, ...done("b"), ...done("c"), fired],
      ["announce", "undo c", "undo b"],
    ],
    ["lets a running step end first", [...second, step("step-started", "b"), fired], ["announce", "undo a"]],
    ["leaves out what was never touched", [...baking, fired], ["announce", "undo a"]],
    ["has nothing to undo before the first touch", [opened(0), fired], ["announce", "finished"]],
    [
      "asks about a step in doubt and undoes the others meanwhile",
      [...second, step("step-started", "b"), resumed("found"), fired],
      ["probe-step b", "announce", "undo a"],
    ],
  ] as const)("%s", (_, events, expected) => {
    expect(after(events)).toEqual(expected);
  });

  it("is not begun again by a second trigger", () => {
    const once = replay(change, [...second, ...done("b"), fired]);
    const twice = replay(change, [...second, ...done("b"), fired, { ...fired, trigger: "overload" }]);
    expect({ ...twice, fired: once.fired }).toEqual(once);
  });

  it("verifies a target that was undone on the way forward, rather than forget it", () => {
    const undone = [step("step-started", "a", "undo"), step("step-finished", "a", "undo")];
    const events = [opened(0), step("step-started", "a"), step("step-interrupted", "a"), ...undone, fired];
    expect(replay(change, events).targets.get("a")?.status).toBe("verifying");
  });

  it("undoes what a lost process had in flight in an earlier batch", () => {
    const late = [{ kind: "target-failed", at, target: "a", cause: "step", reason: "x" }] as const;
    const held = { kind: "finished", at, outcome: "held", reasonCode: "x", reason: "x" } as const;
    const passed = { kind: "batch-passed", at, batch: 1 } as const;
    const before = [opened(0), step("step-started", "a"), step("step-interrupted", "a"), ...late];
    const rest = [
      { kind: "batch-passed", at, batch: 0 } as const,
      opened(1),
      ...updated("b"),
      ...updated("c"),
      passed,
      held,
    ];
    const events = [
      ...before,
      ...rest,
      resumed("found"),
      step("step-started", "a", "undo"),
      resumed("missing"),
      fired,
    ];
    expect(after(events)).toEqual(["announce", "undo a", "undo c"]);
  });
});

describe("a change that has touched nothing when others act in between", () => {
  const rest = { verify: null, keep: null, fetch: null, restore: null, timeoutMs: MINUTE };
  const GROUPS = [
    { name: "blue", targets: ["a"] },
    { name: "green", targets: ["b"] },
  ];
  const looking = aChange({
    batches: [["b"]],
    rollout: { blueGreen: { groups: GROUPS, active: "cat live", switch: aStep(), keepMs: null } },
    change: { backups: [{ name: "data", run: "dump", ...rest }] },
  });
  const looked: ChangeEvent[] = [
    { kind: "gate-passed", at, detail: "open" },
    { kind: "active-observed", at, group: "blue", detail: "" },
    { kind: "version-recorded", at, target: "b", version: "1.0" },
    { kind: "baseline-recorded", at, check: "alive", value: 7 },
    { kind: "backup-made", at, backup: "data", file: "data", sha256: "0", bytes: 1, kept: false },
  ];
  const known = ({ versions, activeGroup, progress }: ReturnType<typeof replay>) => ({
    versions: [...versions.keys()],
    activeGroup,
    baselines: progress.baselines.size,
    backups: progress.backups.size,
  });

  it("keeps what it has seen when it alone goes on", () => {
    const all = { versions: ["b"], activeGroup: "blue", baselines: 1, backups: 1 };
    expect(known(replay(looking, [...looked, resumed("found")]))).toEqual(all);
  });

  it("looks at everything anew, and asks for nothing else first", () => {
    const state = replay(looking, [...looked, { ...resumed("found"), anew: "goes-on" } as ChangeEvent]);
    expect(known(state)).toEqual({ versions: [], activeGroup: null, baselines: 0, backups: 0 });
    expect(state.progress.gatePassed).toBe(true);
    expect(decide(state, NOON).actions.map(tell)).toEqual(["observe-active"]);
  });

  it("stays refused where something has said no before", () => {
    const no = { kind: "requirement-checked", at, environment: "staging", met: false, detail: "none" };
    const anew = { ...resumed("found"), anew: "goes-on" };
    const state = replay(looking, [no, anew] as ChangeEvent[]);
    expect(decide(state, NOON).actions).toMatchObject([{ kind: "record", fact: { outcome: "rejected" } }]);
  });

  it("still holds where somebody has said so and it has not come to it, and goes on where it has", () => {
    const hold = { kind: "commanded", at, command: "hold", by: "mona", role: "manager", id: "1" } as const;
    const held = { kind: "finished", at, outcome: "held", reasonCode: "on-hold", reason: "held" } as const;
    const anew = { ...resumed("found"), anew: "goes-on" } as ChangeEvent;
    const pauseOf = (...events: ChangeEvent[]) => replay(looking, [...looked, ...events, anew]).pause?.kind;
    expect([pauseOf(hold), pauseOf(hold, held)]).toEqual(["hold", undefined]);
  });

  it("has begun nothing that it could not tell the remote, whatever its own disk says of it", () => {
    const tail: ChangeEvent[] = [opened(0), step("step-started", "a"), fired];
    const state = replay(change, [
      ...prepared,
      ...tail,
      { ...resumed("found"), anew: "goes-on" } as ChangeEvent,
    ]);
    expect([state.targets.size, state.inDoubt.size, state.trigger?.trigger]).toEqual([0, 0, "manual"]);
    expect(decide(state, NOON).actions.map(tell)).toEqual(["announce", "finished"]);
  });

  const begun = {
    kind: "attempt-started",
    at,
    attempt: 1,
    change: "CHG-1",
    environment: "production",
  } as const;
  const start: ChangeEvent = { ...begun, version: "2.0", digest: "d", commit: null, holder, token: 6 };
  const again = { ...resumed("found"), token: 7 } as ChangeEvent;
  it.each<[string, readonly ChangeEvent[], Parameters<typeof isOutOfDate>[1], boolean]>([
    ["its own process was the last one", looked, { flushed: 9, acted: 7 }, false],
    ["another change came between", looked, { flushed: 9, acted: 8 }, true],
    ["it has touched something", [...looked, opened(0)], { flushed: 8, acted: 8 }, false],
    ["nobody else could know that", [...looked, opened(0)], { flushed: 7, acted: 8 }, true],
    ["it goes back", [...looked, fired], { flushed: 8, acted: 8 }, false],
  ])("is out of date or not: %s", (_, events, place, expected) => {
    expect(isOutOfDate([start, again, ...events], place)).toBe(expected);
  });
});

describe("a change of several attempts", () => {
  it("has one issue", () => {
    const start = (attempt: number): ChangeEvent => {
      const what = {
        change: change.id,
        environment: "production",
        version: "2.0",
        digest: "d",
        commit: null,
      };
      return { kind: "attempt-started", at, attempt, ...what, holder };
    };
    const events: ChangeEvent[] = [
      start(1),
      fired,
      { kind: "announced", at, url: "https://issue" },
      start(2),
    ];
    expect(replay(change, [...events, resumed("found")]).issueUrl).toBe("https://issue");
  });
});

describe("a hold that is resumed", () => {
  const held = {
    kind: "finished",
    at,
    outcome: "held",
    reasonCode: "on-hold",
    reason: "by octocat",
  } as const;

  it.each([
    ["had settled", updated("b")],
    ["was still settling", done("b")],
  ])("watches a target of the open batch again that %s", (_, events) => {
    const state = replay(change, [...prepared, ...second, ...events, held, resumed("missing")]);
    expect(state.targets.get("b")?.status).toBe("settling");
    expect([...state.watching]).toContain("b");
  });
});

describe("a late word about an earlier run", () => {
  it("changes nothing for a target that has settled", () => {
    const late: ChangeEvent = { ...step("step-started", "a"), kind: "step-unstarted" } as ChangeEvent;
    const state = replay(change, [...prepared, opened(0), ...updated("a"), late]);
    expect([...state.ready]).toEqual([]);
  });
});
