import { unreachable } from "../errors.ts";
import type { ChangeEvent, EventOf } from "./events.ts";
import { evolveHealth } from "./evolve-health.ts";
import {
  addResponses,
  askAnnouncement,
  beginBreach,
  endBreach,
  expireQuestion,
  obeyCommand,
  warn,
} from "./evolve-people.ts";
import { checkAsked, checkRequirement, endBackup, observeActive, reopenPhases, startBackup } from "./evolve-progress.ts";
import { evolveResumed } from "./evolve-resumed.ts";
import {
  beginRollback,
  dropTarget,
  recordRolledBack,
  recordVersion,
  retryRollback,
} from "./evolve-rollback.ts";
import { evolveService } from "./evolve-service.ts";
import { addTarget, evolveStep } from "./evolve-steps.ts";
import { openBatch, openState } from "./open-state.ts";
import { stageOf } from "./stages.ts";
import type { ChangeState } from "./state.ts";

/**
 * Applies one fact, in place (see ChangeState). It never reads a clock or rejects an event: what is
 * in the journal happened.
 */
export function evolve(state: ChangeState, event: ChangeEvent): ChangeState {
  apply(state, event);
  const atMs = Date.parse(event.at);
  // Another process goes by its own clock, which may be behind.
  state.lastMs = event.kind === "resumed" ? atMs : Math.max(state.lastMs, atMs);
  spend(state, event);
  return state;
}

/** What each stage takes is counted while somebody works on it. */
function spend(state: ChangeState, { kind, at }: ChangeEvent): void {
  const { spent } = state;
  const atMs = Date.parse(at);
  const stage = stageOf(state, atMs);
  if (kind === "resumed" || kind === "attempt-started") spent.sinceMs = atMs;
  if (stage === spent.stage && kind !== "interrupted") return;
  spent.ms.set(spent.stage, (spent.ms.get(spent.stage) ?? 0) + Math.max(0, atMs - spent.sinceMs));
  spent.stage = stage;
  spent.sinceMs = atMs;
}

function apply(state: ChangeState, event: ChangeEvent): void {
  switch (event.kind) {
    case "attempt-started":
      return startAttempt(state, event);
    case "resumed":
      return evolveResumed(state, event);
    case "lease-taken-over":
    case "notify-failed":
      return;
    case "approved":
      state.approval = event.digest === state.change.digest ? event : state.approval;
      return;
    case "requirement-checked":
      return checkRequirement(state, event);
    case "window-awaited":
      state.progress.awaited = { sinceMs: Date.parse(event.at), untilMs: Date.parse(event.until) };
      return;
    case "gate-passed":
      state.progress.gatePassed = true;
      state.progress.awaited = null;
      return;
    case "check-asked":
      return checkAsked(state, event);
    case "notice-given":
      state.asked.delete("notice");
      state.progress.noticeMs ??= Date.parse(event.at);
      return;
    case "baseline-recorded":
      state.asked.delete(`baseline ${event.check}`);
      state.progress.baselines.set(event.check, event.value);
      return;
    case "backup-started":
      return startBackup(state, event);
    case "backup-made":
    case "backup-failed":
      return endBackup(state, event);
    case "backups-confirmed":
      state.asked.delete("confirm");
      state.progress.confirmed = event;
      return;
    case "active-observed":
      return observeActive(state, event);
    case "phase-reached":
      state.progress.reached.add(event.phase);
      return;
    case "service-changed":
      return evolveService(state, event);
    case "breach-began":
      return beginBreach(state, event);
    case "breach-ended":
      return endBreach(state, event);
    case "commanded":
      return obeyCommand(state, event);
    case "question-expired":
      return expireQuestion(state, event);
    case "budget-passed":
      state.spent.passed.add(event.budget);
      if (state.announcement !== null) askAnnouncement(state);
      return;
    case "version-recorded":
    case "version-unreadable":
      return evolveSurvey(state, event);
    case "batch-opened":
      state.batch.opened = true;
      state.progress.awaited = null;
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
      return fireTrigger(state, event);
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
  const { issueUrl, approval, commandIds } = state;
  const at = Date.parse(event.at);
  const kept = { issueUrl, approval, commandIds };
  Object.assign(state, openState(state.change), { ...kept, startedMs: at, lastMs: at });
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
  reopenPhases(state);
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
  for (const name of state.batches[event.batch] ?? []) state.watching.delete(name);
  state.batch = openBatch(state.batches, event.batch + 1);
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

function fireTrigger(state: ChangeState, event: EventOf<"trigger-fired">): void {
  addResponses(state, event);
  if (event.trigger === "manual") state.order = null;
  if (event.severity === "critical") beginRollback(state, event);
  else warn(state, event);
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
