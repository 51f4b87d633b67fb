import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/rollout/event-parts.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { listStandings } from "../../src/rollout/standing.ts";

const at = "2026-03-01T12:00:00Z";
const started: ChangeEvent = {
  kind: "attempt-started",
  at,
  attempt: 1,
  change: "CHG-7",
  environment: "production",
  version: "2.0",
  digest: "old",
  commit: null,
  holder: { actor: "octocat", where: "test" },
};
const resumed: ChangeEvent = { kind: "resumed", at, holder: started.holder, writeAhead: "found" };
const opened: ChangeEvent = { kind: "batch-opened", at, batch: 0, targets: ["web-1"] };
const prepared: ChangeEvent = {
  kind: "step-started",
  at,
  scope: "prepare",
  step: 0,
  target: null,
  direction: "do",
  run: 1,
};
const fired: ChangeEvent = {
  kind: "trigger-fired",
  at,
  trigger: "manual",
  severity: "critical",
  reason: "x",
  by: "octocat",
  measurements: [],
};
const reported: ChangeEvent = { kind: "reported", at, url: "issue" };
const finished = (outcome: Outcome): ChangeEvent => ({
  kind: "finished",
  at,
  outcome,
  reasonCode: "x",
  reason: "x",
});
const whole = (outcome: Outcome) => [started, opened, finished(outcome), reported];

describe("what a change has left in its environment", () => {
  it.each<[string, ChangeEvent[], string]>([
    ["no event", [], "nothing"],
    ["approved, and not begun", [started], "nothing"],
    ["a gate said no", [started, finished("rejected")], "nothing"],
    ["prepared, and given back", [started, prepared, finished("rejected")], "nothing"],
    ["prepared, and died", [started, prepared], "unfinished"],
    ["a batch is open", [started, opened], "unfinished"],
    ["held before it began", [started, finished("held")], "nothing"],
    ["held between batches", whole("held"), "unfinished"],
    ["held, gone on, and died", [...whole("held"), resumed], "unfinished"],
    ["succeeded", whole("succeeded"), "changed"],
    ["frozen past an irreversible step", whole("frozen"), "frozen"],
    ["rolled back", whole("rolled-back"), "nothing"],
    ["some targets could not be put back", whole("rollback-incomplete"), "unfinished"],
    ["rolled back, and a restore after that died", [...whole("rolled-back"), resumed, fired], "unfinished"],
    ["succeeded, and its rollback has begun", [...whole("succeeded"), resumed, fired], "unfinished"],
    ["succeeded, and rolled back later", [...whole("succeeded"), fired, finished("rolled-back")], "nothing"],
    [
      "succeeded, then a second attempt was rejected",
      [...whole("succeeded"), started, finished("rejected")],
      "changed",
    ],
    [
      "succeeded, then a second attempt was rolled back",
      [...whole("succeeded"), ...whole("rolled-back")],
      "changed",
    ],
    ["rolled back, then a second attempt died", [...whole("rolled-back"), started, opened], "unfinished"],
  ])("%s", (_, events, standing) => {
    expect([...listStandings(events)][0]?.kind ?? "nothing").toBe(standing);
  });

  it("is told with the attempt that has left it", () => {
    const events = [...whole("succeeded"), started, finished("rejected")];
    expect([...listStandings(events)]).toEqual([{ kind: "changed", start: 0, end: 4 }]);
    expect([...listStandings([...whole("succeeded"), started, opened])]).toEqual([
      { kind: "unfinished", start: 4, end: 6 },
      { kind: "changed", start: 0, end: 4 },
    ]);
  });
});
