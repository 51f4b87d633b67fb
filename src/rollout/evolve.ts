import { unreachable } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import type { ChangeEvent, EventOf } from "./events.ts";
import { evolveHealth } from "./evolve-health.ts";
import { evolveResumed } from "./evolve-resumed.ts";
import {
  beginRollback,
  dropTarget,
  recordRolledBack,
  recordVersion,
  retryRollback,
} from "./evolve-rollback.ts";
import { addTarget, evolveStep } from "./evolve-steps.ts";
import { openBatch, openState } from "./open-state.ts";
import type { ChangeState } from "./state.ts";

/** The state of the newest attempt. Earlier ones are over, and may speak of other targets. */
export function replay(change: Change, events: readonly ChangeEvent[]): ChangeState {
  const start = Math.max(
    0,
    events.findLastIndex((event) => event.kind === "attempt-started"),
  );
  const state = openState(change);
  // There is one issue for all attempts.
  state.issueUrl = findIssueUrl(events.slice(0, start));
  return events.slice(start).reduce(evolve, state);
}

function findIssueUrl(events: readonly ChangeEvent[]): string | null {
  const told = events.findLast(({ kind }) => kind === "announced" || kind === "reported");
  return told !== undefined && "url" in told ? told.url : null;
}

/**
 * Applies one fact, in place (see ChangeState). It never reads a clock or rejects an event: what is
 * in the journal happened.
 */
export function evolve(state: ChangeState, event: ChangeEvent): ChangeState {
  apply(state, event);
  state.lastMs = Math.max(state.lastMs, Date.parse(event.at));
  return state;
}

function apply(state: ChangeState, event: ChangeEvent): void {
  switch (event.kind) {
    case "attempt-started":
      return startAttempt(state, event);
    case "resumed":
      return evolveResumed(state, event);
    case "lease-taken-over":
      return;
    case "version-recorded":
    case "version-unreadable":
      return evolveSurvey(state, event);
    case "batch-opened":
      state.batch.opened = true;
      return;
    case "bake-started":
      return startBake(state, event);
    case "batch-passed":
      return passBatch(state, event);
    case "step-started":
    case "step-finished":
    case "step-failed":
    case "step-interrupted":
    case "step-unstarted":
      return evolveStep(state, event);
    case "health-changed":
      return evolveHealth(state, event);
    case "target-failed":
      return failTarget(state, event);
    case "trigger-fired":
      return event.severity === "critical" ? beginRollback(state, event) : undefined;
    case "announced":
    case "announce-failed":
      return announce(state, event);
    case "version-verified":
      return recordVersion(state, event);
    case "target-rolled-back":
      return recordRolledBack(state, event.target);
    case "rollback-failed":
      return dropTarget(state, event);
    case "rollback-retried":
      return retryRollback(state, event);
    case "interrupted":
      state.interrupted = event.cause;
      return;
    case "finished":
      return finish(state, event);
    case "reported":
      state.issueUrl = event.url;
      return;
    default:
      return unreachable(event);
  }
}

function startAttempt(state: ChangeState, event: EventOf<"attempt-started">): void {
  const { issueUrl } = state;
  const at = Date.parse(event.at);
  Object.assign(state, openState(state.change), { issueUrl, startedMs: at, lastMs: at });
  state.attempt = event.attempt;
  state.holder = event.holder;
  state.commit = event.commit;
}

function evolveSurvey(state: ChangeState, event: EventOf<"version-recorded" | "version-unreadable">): void {
  state.surveyOpen = Math.max(0, state.surveyOpen - 1);
  if (event.kind === "version-unreadable") {
    state.unreadable.set(event.target, event.detail);
    return;
  }
  state.versions.set(event.target, event.version);
  if (state.rollback === null && state.skipped.delete(event.target)) rejoin(state, event.target);
}

/** Its batch went by while its version could not be read; now it can be changed after all. */
function rejoin(state: ChangeState, name: string): void {
  const target = state.targets.get(name)!;
  target.status = "updating";
  target.reason = null;
  state.failures = Math.max(0, state.failures - 1);
  if (target.batch === state.batch.index) state.batch.left++;
  state.ready.add(name);
}

function startBake(state: ChangeState, event: EventOf<"bake-started">): void {
  state.batch.bakeStartedMs = Date.parse(event.at);
}

function passBatch(state: ChangeState, event: EventOf<"batch-passed">): void {
  for (const name of state.change.rollout.batches[event.batch] ?? []) state.watching.delete(name);
  state.batch = openBatch(state.change, event.batch + 1);
}

function failTarget(state: ChangeState, event: EventOf<"target-failed">): void {
  const { batch } = state;
  const isUntouched = !state.targets.has(event.target);
  const target = state.targets.get(event.target) ?? addTarget(state, event.target, batch.index);
  if (isUntouched) state.skipped.add(event.target);
  if (target.batch === batch.index && target.status !== "updated") batch.left--;
  target.status = "failed";
  target.reason = event.reason;
  state.failures++;
  state.lastFailure = event;
  state.ready.delete(event.target);
  if (state.lost.at(-1) === event.target) state.lost.pop();
  state.settling.delete(event.target);
  state.watching.delete(event.target);
  state.unavailable.add(event.target);
}

function announce(state: ChangeState, event: EventOf<"announced" | "announce-failed">): void {
  const url = event.kind === "announced" ? event.url : null;
  state.announcement = { state: "done", url };
  if (url !== null) state.issueUrl = url;
  if (url !== null && state.rollback !== null) state.rollback.times.announcedMs ??= Date.parse(event.at);
}

function finish(state: ChangeState, event: EventOf<"finished">): void {
  const { outcome, reasonCode, reason } = event;
  state.outcome = { outcome, reasonCode, reason };
  state.watching.clear();
  if (state.rollback !== null) state.rollback.times.verifiedMs = Date.parse(event.at);
}
