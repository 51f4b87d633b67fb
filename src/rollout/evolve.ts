import type { ChangeEvent, EventOf } from "./events.ts";
import { evolveHealth } from "./evolve-health.ts";
import {
  addResponses,
  beginBreach,
  endBreach,
  expireQuestion,
  obeyCommand,
  passBudget,
  warn,
} from "./evolve-people.ts";
import {
  approve,
  awaitWindow,
  checkAsked,
  checkRequirement,
  confirmBackups,
  endBackup,
  giveNotice,
  observeActive,
  passGate,
  recordBaseline,
  startBackup,
} from "./evolve-progress.ts";
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
  spend(state, event.kind, atMs);
  return state;
}

/** What each stage takes is counted while somebody works on it. */
function spend(state: ChangeState, kind: ChangeEvent["kind"], atMs: number): void {
  const { spent } = state;
  const stage = stageOf(state, atMs);
  if (kind === "resumed" || kind === "attempt-started") spent.sinceMs = atMs;
  if (stage === spent.stage && kind !== "interrupted") return;
  spent.ms.set(spent.stage, (spent.ms.get(spent.stage) ?? 0) + Math.max(0, atMs - spent.sinceMs));
  spent.stage = stage;
  spent.sinceMs = atMs;
}

/** What each kind of fact does; a kind without a line here does not compile. */
const APPLY: { [K in ChangeEvent["kind"]]: (state: ChangeState, event: EventOf<K>) => void } = {
  "attempt-started": startAttempt,
  resumed: evolveResumed,
  "lease-taken-over": () => {},
  approved: approve,
  "requirement-checked": checkRequirement,
  "window-awaited": awaitWindow,
  "gate-passed": passGate,
  "check-asked": checkAsked,
  "notice-given": giveNotice,
  "baseline-recorded": recordBaseline,
  "backup-started": startBackup,
  "backup-made": endBackup,
  "backup-failed": endBackup,
  "backups-confirmed": confirmBackups,
  "active-observed": observeActive,
  "phase-reached": ({ progress }, { phase }) => void progress.reached.add(phase),
  "version-recorded": evolveSurvey,
  "version-unreadable": evolveSurvey,
  "batch-opened": enterBatch,
  "bake-started": startBake,
  "batch-passed": passBatch,
  "step-started": evolveStep,
  "step-finished": evolveStep,
  "step-failed": evolveStep,
  "step-interrupted": evolveStep,
  "step-unstarted": evolveStep,
  "health-changed": evolveHealth,
  "service-changed": evolveService,
  "target-failed": failTarget,
  "breach-began": beginBreach,
  "breach-ended": endBreach,
  "trigger-fired": fireTrigger,
  commanded: obeyCommand,
  "question-expired": expireQuestion,
  "budget-passed": passBudget,
  "notify-failed": () => {},
  announced: announce,
  "announce-failed": announce,
  "version-verified": recordVersion,
  "target-rolled-back": (state, { target }) => recordRolledBack(state, target),
  "rollback-failed": dropTarget,
  "rollback-retried": retryRollback,
  interrupted: (state, { cause }) => {
    state.interrupted = cause;
  },
  finished: finish,
  reported: (state, { url }) => {
    state.issueUrl = url;
  },
};

function apply(state: ChangeState, event: ChangeEvent): void {
  // The table pairs each kind with its own event, which TypeScript cannot see through an index.
  (APPLY[event.kind] as (state: ChangeState, event: ChangeEvent) => void)(state, event);
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
  target.status = "updating";
  target.reason = null;
  state.failures = Math.max(0, state.failures - 1);
  if (target.batch === state.batch.index) state.batch.left++;
  state.ready.add(name);
}

function enterBatch(state: ChangeState): void {
  state.batch.opened = true;
  state.progress.awaited = null;
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
  state.fired.add(event.trigger);
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
