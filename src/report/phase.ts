import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";

/** Where the change stands, for people; `over` is every final outcome. */
export type Phase =
  | "waiting"
  | "recording versions"
  | "before the batches"
  | "updating"
  | "waiting for health"
  | "baking"
  | "after the batches"
  | "rolling back"
  | "verifying the rollback"
  | "over";

/** An interruption is no fact that ends the change, but it is the outcome of the run that it ended. */
export function outcomeOf(state: ChangeState): Outcome | null {
  return state.outcome?.outcome ?? (state.interrupted === null ? null : "interrupted");
}

export function reasonOf(state: ChangeState): Readonly<{ reasonCode: string; reason: string }> | null {
  if (state.outcome !== null) return { reasonCode: state.outcome.reasonCode, reason: state.outcome.reason };
  return state.interrupted === null ? null : { reasonCode: "interrupted", reason: state.interrupted };
}

export function phaseOf(state: ChangeState): Phase {
  if (outcomeOf(state) !== null) return "over";
  if (state.attempt === 0) return "waiting";
  if (state.rollback !== null) return isRestoring(state) ? "rolling back" : "verifying the rollback";
  if (state.inFlight.has("after") || isPastBatches(state)) return "after the batches";
  if (state.batch.bakeStartedMs !== null) return "baking";
  if (state.batch.opened)
    return state.settling.size > 0 && state.inFlight.size === 0 ? "waiting for health" : "updating";
  if (state.batch.index > 0) return "updating";
  return isSurveying(state) ? "recording versions" : "before the batches";
}

/** Something is still waiting for its undo, or being undone. */
export function isRestoring(state: ChangeState): boolean {
  const { rollback } = state;
  if (rollback === null || rollback.times.verifiedMs !== null) return false;
  const waiting = rollback.broken.length + rollback.healthy.length + rollback.undoing.size;
  return waiting + state.inFlight.size + state.inDoubt.size > 0;
}

function isPastBatches(state: ChangeState): boolean {
  return state.batch.index >= state.change.rollout.batches.length;
}

function isSurveying(state: ChangeState): boolean {
  const { versionCommand, targets } = state.change;
  return versionCommand !== null && state.versions.size + state.unreadable.size < targets.length;
}
