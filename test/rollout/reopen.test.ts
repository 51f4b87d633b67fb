import { describe, expect, it } from "vitest";
import type { Outcome } from "../../src/rollout/event-parts.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { planOpening } from "../../src/rollout/reopen.ts";
import { replay } from "../../src/rollout/replay.ts";
import { aChange } from "../fakes/change.ts";

const at = "2026-03-01T12:00:00Z";
const change = aChange();
const holder = { actor: "octocat", where: "test" };
const started: ChangeEvent = {
  kind: "attempt-started",
  at,
  attempt: 1,
  change: change.id,
  environment: "production",
  version: "2.0",
  digest: "old",
  commit: null,
  holder,
};
const finished = (outcome: Outcome): ChangeEvent => ({
  kind: "finished",
  at,
  outcome,
  reasonCode: "x",
  reason: "x",
});
const fired: ChangeEvent = {
  kind: "trigger-fired",
  at,
  trigger: "step-failure",
  severity: "critical",
  reason: "x",
  by: null,
  measurements: [],
};
const after = (...events: ChangeEvent[]) => ({ state: replay(change, [started, ...events]), digest: "old" });
const flags = "--environment production --journal ops";
const asker = { by: "hubot", where: "another run", flags } as const;
const same = { kind: "run", digest: "old", ...asker } as const;
const other = { kind: "run", digest: "new", ...asker } as const;
const resume = { kind: "resume", ...asker } as const;
const rollback = { kind: "rollback", ...asker } as const;
const RETRY = [{ kind: "rollback-retried", by: "hubot" }];

describe("a re-run", () => {
  it.each([
    ["no journal, run", null, same, "start"],
    ["no journal, resume", null, resume, "CHANGE_UNKNOWN"],
    ["no journal, rollback", null, rollback, "CHANGE_UNKNOWN"],
    ["interrupted, same plan", after({ kind: "interrupted", at, cause: "SIGTERM" }), same, []],
    ["killed, resume", after(), resume, []],
    ["killed, another plan", after(), other, "CHANGE_MISMATCH"],
    ["succeeded, same plan", after(finished("succeeded")), same, "nothing"],
    ["succeeded, another version", after(finished("succeeded")), other, "start"],
    ["rolled back, same plan", after(fired, finished("rolled-back")), same, "start"],
    ["rolled back, a mended plan", after(fired, finished("rolled-back")), other, "start"],
    ["rolled back, resume", after(fired, finished("rolled-back")), resume, "CHANGE_STATE"],
    ["rejected, run", after(finished("rejected")), same, "start"],
    ["held, same plan", after(finished("held")), same, []],
    ["held, another plan", after(finished("held")), other, "CHANGE_MISMATCH"],
    ["incomplete, same plan", after(fired, finished("rollback-incomplete")), same, RETRY],
    ["incomplete, another plan", after(fired, finished("rollback-incomplete")), other, "CHANGE_MISMATCH"],
    ["incomplete, rollback", after(fired, finished("rollback-incomplete")), rollback, RETRY],
    ["frozen, run", after(fired, finished("frozen")), same, "CHANGE_STATE"],
    ["frozen, rollback", after(fired, finished("frozen")), rollback, "CHANGE_STATE"],
    ["rolling back when it died, rollback", after(fired), rollback, []],
    ["rolled back, rollback", after(fired, finished("rolled-back")), rollback, "nothing"],
    ["rejected, rollback", after(finished("rejected")), rollback, "nothing"],
  ] as const)("%s", (_, recorded, wish, expected) => {
    const opening = planOpening(recorded, wish);
    if (opening.kind === "continue") expect(opening.facts).toEqual(expected);
    else expect(opening.kind === "refused" ? opening.code : opening.kind).toBe(expected);
  });

  it("names the place in what it advises, journal and all", () => {
    const opening = planOpening(after(finished("held")), other);
    expect(opening).toMatchObject({
      hint: expect.stringMatching(/`change-deploy resume CHG-1 --environment production --journal ops` or/),
    });
  });

  it.each(["succeeded", "held"] as const)(
    "a %s change is rolled back by hand, in the asker's name",
    (outcome) => {
      const opening = planOpening(after(finished(outcome)), rollback);
      expect(opening).toMatchObject({ kind: "continue", facts: [{ trigger: "manual", by: "hubot" }] });
    },
  );

  it("does not roll back what has succeeded in the very run that asks", () => {
    const opening = planOpening(after(finished("succeeded")), { ...rollback, where: holder.where });
    expect(opening.kind).toBe("nothing");
  });

  it("rolls back off GitHub, where an earlier process may have had the same number", () => {
    const opening = planOpening(after(finished("succeeded")), { ...rollback, where: null });
    expect(opening.kind).toBe("continue");
  });

  it("takes a person's word for what was put right by hand, where a rollback left any", () => {
    const incomplete = after(fired, finished("rollback-incomplete"));
    const vouch = { ...rollback, repaired: true };
    expect(planOpening(incomplete, vouch)).toMatchObject({
      facts: [{ kind: "rollback-retried", repaired: true }],
    });
    expect(planOpening(after(finished("succeeded")), vouch)).toMatchObject({
      kind: "refused",
      code: "CHANGE_STATE",
    });
  });
});
