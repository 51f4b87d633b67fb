import { type Decision, only, record, WAIT, wakeBy } from "./decide.ts";
import { climbOnce, giveUpList, isBusy, isResponding, undoOnce } from "./decide-once.ts";
import { isAwaitingRestore, isRestored, restoreTargets } from "./decide-undo.ts";
import type { Outcome } from "./event-parts.ts";
import { boundReason, firstSickness } from "./reasons.ts";
import { isUntouchedChange } from "./stages.ts";
import type { ChangeState, RollbackState } from "./state.ts";

/**
 * The way back, newest first: what triggers run at once, the once-steps that ran after, the switch, the
 * targets, the once-steps that ran before, the backups that are to be restored; then health is verified,
 * and the service is given back.
 */
export function decideRollback(state: ChangeState, rollback: RollbackState, nowMs: number): Decision {
  if (isResponding(state)) return WAIT;
  if (isFrozen(state)) return freeze(state, rollback);
  return (
    undoOnce(state, rollback, "after") ??
    undoOnce(state, rollback, "switch") ??
    undoTargets(state, rollback, nowMs) ??
    undoBefore(state, rollback) ??
    restoreBackups(state, rollback) ??
    verifyTargets(state, rollback, nowMs) ??
    verifyService(state, rollback, nowMs) ??
    undoOnce(state, rollback, "prepare") ??
    finish(state, rollback)
  );
}

/** Past an irreversible step there is no way back, unless what it did is restored. */
function isFrozen({ irreversible, restores }: ChangeState): boolean {
  return irreversible.size > 0 && restores.length === 0;
}

/** Stop as it is, give back what the preparation restricted, and tell people. */
function freeze(state: ChangeState, rollback: RollbackState): Decision {
  if (isBusy(state)) return WAIT;
  const given = undoOnce(state, rollback, "prepare");
  if (given !== null) return given;
  const [owner, step] = [...state.irreversible][0]!;
  const where = state.targets.has(owner) ? ` on ${owner}` : "";
  const reason = `irreversible step "${step}" has run${where}; the trigger was: ${state.trigger?.reason}`;
  return only(
    record({ kind: "finished", outcome: "frozen", reasonCode: "irreversible", reason: boundReason(reason) }),
  );
}

/** Data that is to be restored is wrong until then, so nobody can be healthy: that is verified afterwards. */
function undoTargets(state: ChangeState, rollback: RollbackState, nowMs: number): Decision | null {
  const isDone = isAwaitingRestore(state, rollback)
    ? rollback.broken.length + rollback.healthy.length + rollback.undoing.size === 0 && !isBusy(state)
    : isRestored(state, rollback);
  return isDone ? null : restoreTargets(state, rollback, nowMs);
}

function verifyTargets(state: ChangeState, rollback: RollbackState, nowMs: number): Decision | null {
  return isRestored(state, rollback) ? null : restoreTargets(state, rollback, nowMs);
}

/** Undoing a schema under a target that still runs the new version would break that target too. */
function undoBefore(state: ChangeState, rollback: RollbackState): Decision | null {
  const next = undoOnce(state, rollback, "before");
  const starts = next?.actions.some(({ kind }) => kind === "run-step") ?? false;
  if (!starts) return next;
  const left = [...rollback.failed.keys()].find((owner) => owner !== "before" && owner !== "respond");
  if (left === undefined) return next;
  return only(
    giveUpList("before", "left as it is: not every target could be put back, and those still need it"),
  );
}

function restoreBackups(state: ChangeState, rollback: RollbackState): Decision | null {
  if (rollback.failed.has("restore")) return null;
  const next = climbOnce(state, "restore");
  if (next.kind === "complete") return null;
  return next.kind === "failed" ? only(giveUpList("restore", next.reason)) : next.decision;
}

/** Back is back for the service too, by samples from after the last undo. */
function verifyService(state: ChangeState, rollback: RollbackState, nowMs: number): Decision | null {
  const { change, service } = state;
  if (change.health.service.length === 0 || rollback.failed.has("service")) return null;
  if (isUntouchedChange(state) || service.verdict === "healthy") return null;
  const dueMs = service.sinceMs + change.health.deadlineMs;
  if (nowMs < dueMs) return wakeBy(WAIT, dueMs);
  const reason = `the service is not healthy within ${change.health.deadlineMs / 1000} s${firstSickness(service.measurements)}`;
  return only(giveUpList("service", reason));
}

function finish(state: ChangeState, rollback: RollbackState): Decision {
  const left = [...rollback.failed.keys()];
  if (left.length > 0) return end("rollback-incomplete", "by-hand", `not put back: ${left.join(", ")}`);
  if (isUntouchedChange(state) && state.trigger?.by === null) {
    return end("rejected", "preparation-failed", state.trigger.reason);
  }
  return end("rolled-back", "verified", "every touched target is verified back");
}

function end(outcome: Outcome, reasonCode: string, reason: string): Decision {
  return only(record({ kind: "finished", outcome, reasonCode, reason: boundReason(reason) }));
}
