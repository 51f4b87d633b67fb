import { type Action, type Decision, record } from "./decide.ts";
import { isBusy } from "./decide-once.ts";
import { nextBackward, tryNumberOf } from "./ladder.ts";
import { boundReason, firstSickness } from "./reasons.ts";
import type { ChangeState, RollbackState } from "./state.ts";

export function isRestored(state: ChangeState, rollback: RollbackState): boolean {
  const waiting = rollback.broken.length + rollback.healthy.length;
  return waiting + rollback.undoing.size + rollback.verifying.size === 0 && !isBusy(state);
}

/** Data is to be replaced, and has not been yet. */
export function isAwaitingRestore({ restores, once }: ChangeState, { failed }: RollbackState): boolean {
  return once.restore.done < restores.length && !failed.has("restore");
}

/** Undoes the targets side by side, and verifies each. */
export function restoreTargets(state: ChangeState, rollback: RollbackState, nowMs: number): Decision {
  const verdicts = judge(state, rollback, nowMs);
  if (verdicts.length > 0) return { actions: verdicts, wakeAtMs: null };
  const undone = continueUndoing(state);
  const started = startUndoing(state, rollback, state.runs + undone.length);
  const actions = [...askVersions(state, rollback), ...undone, ...started];
  if (actions.length === 0 && isBlocked(state, rollback)) {
    return { actions: dropTheRest(state, rollback), wakeAtMs: null };
  }
  return { actions, wakeAtMs: nextDeadline(state, rollback) };
}

/** What verification has found: back, on a wrong version, or not healthy in time. */
function judge(state: ChangeState, rollback: RollbackState, nowMs: number): Action[] {
  const { deadlineMs } = state.change.health;
  const actions: Action[] = [...rollback.confirmed].map((target) =>
    record({ kind: "target-rolled-back", target }),
  );
  for (const target of rollback.refuted) {
    actions.push(drop(target, `not back: its version is not ${state.versions.get(target)}`));
  }
  if (isAwaitingRestore(state, rollback)) return actions;
  for (const [target, sinceMs] of rollback.verifying) {
    if (nowMs < sinceMs + deadlineMs) break;
    if (rollback.confirmed.has(target) || rollback.refuted.has(target)) continue;
    actions.push(
      drop(target, `not back: not verified within ${deadlineMs / 1000} s${because(state, target)}`),
    );
  }
  return actions;
}

function because(state: ChangeState, name: string): string {
  const target = state.targets.get(name)!;
  if (!target.versionOk) return ": its version could not be read";
  return firstSickness(target.measurements);
}

function askVersions(state: ChangeState, rollback: RollbackState): Action[] {
  const actions: Action[] = [];
  const room = Math.max(state.change.rollback.parallel, state.change.rollout.parallel) - rollback.asking;
  for (const target of rollback.unasked) {
    if (actions.length >= room) break;
    actions.push({ kind: "verify-version", target });
  }
  return actions;
}

function continueUndoing(state: ChangeState): Action[] {
  const actions: Action[] = [];
  for (const target of state.ready) {
    const { ladder } = state.targets.get(target)!;
    const next = nextBackward(state.change.apply.each, ladder);
    if (next.kind === "failed") actions.push(drop(target, next.reason));
    if (next.kind === "run") actions.push(undoStep(state, target, state.runs + 1 + actions.length));
  }
  return actions;
}

/**
 * Newest first, the broken before the healthy: putting back what is out of service already costs no
 * availability and restores service soonest. A healthy one waits for room within max-unavailable.
 */
function startUndoing(state: ChangeState, rollback: RollbackState, runs: number): Action[] {
  const actions: Action[] = [];
  const { broken, healthy } = rollback;
  let room = state.change.rollback.parallel - rollback.undoing.size;
  for (let i = 1; i <= broken.length && room > 0; i++, room--) {
    actions.push(undoStep(state, broken.at(-i)!, runs + 1 + actions.length));
  }
  // Where data is replaced under them the service is out anyway: the sooner all are back, the better.
  const spare = state.change.rollout.maxUnavailable - state.unavailable.size;
  if (!isAwaitingRestore(state, rollback)) room = Math.min(room, spare);
  for (let i = 1; i <= healthy.length && room > 0; i++, room--) {
    actions.push(undoStep(state, healthy.at(-i)!, runs + 1 + actions.length));
  }
  return actions;
}

function undoStep(state: ChangeState, target: string, number: number): Action {
  const { ladder } = state.targets.get(target)!;
  const next = nextBackward(state.change.apply.each, ladder);
  const step = next.kind === "run" ? next.step : 0;
  const run = { scope: "each", step, target, direction: "undo", run: number } as const;
  return { kind: "run-step", run, tryNumber: tryNumberOf(ladder, "undo") };
}

function isBlocked(state: ChangeState, rollback: RollbackState): boolean {
  const moving = rollback.undoing.size + rollback.verifying.size;
  return moving === 0 && !isBusy(state) && rollback.healthy.length > 0;
}

/** Each that could not be put back is out of service: to go on would take the service down with them. */
function dropTheRest(state: ChangeState, rollback: RollbackState): Action[] {
  const reason = `left on the new version: ${state.unavailable.size} targets are out of service, and max-unavailable is ${state.change.rollout.maxUnavailable}`;
  return rollback.healthy.toReversed().map((target) => drop(target, reason));
}

function nextDeadline(state: ChangeState, rollback: RollbackState): number | null {
  const first = rollback.verifying.values().next();
  return first.done || isAwaitingRestore(state, rollback)
    ? null
    : first.value + state.change.health.deadlineMs;
}

function drop(target: string, reason: string): Action {
  return record({ kind: "rollback-failed", target, reason: boundReason(reason) });
}
