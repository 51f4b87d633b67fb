import type { ChangeState } from "../rollout/state.ts";
import type { AccountCounts, Accounting } from "./accounting.ts";
import { outcomeOf } from "./phase.ts";

/** `stopped`: opened, and the change ended before it passed. `incomplete`: the rollback left some behind. */
export type BatchStatus = "waiting" | "open" | "baking" | "passed" | "rolled-back" | "incomplete" | "stopped";

export type BatchSummary = Readonly<{
  /** From 0. */
  index: number;
  targets: number;
  status: BatchStatus;
  counts: AccountCounts;
}>;

export function summariseBatches(state: ChangeState, accounting: Accounting): BatchSummary[] {
  return accounting.batches.map((counts, index) => {
    const targets = state.batches[index]?.length ?? 0;
    return {
      index,
      targets,
      counts,
      status: batchStatus(state, index, counts.untouched === targets ? null : counts),
    };
  });
}

/** `counts` is null when no target of the batch is touched. */
function batchStatus(state: ChangeState, index: number, counts: AccountCounts | null): BatchStatus {
  const { batch, rollback } = state;
  if (rollback !== null) {
    if (counts === null) return "waiting";
    const left = counts.updated + counts.failed + counts.unknown;
    if (left === 0) return "rolled-back";
    return outcomeOf(state) === null ? "open" : "incomplete";
  }
  if (index < batch.index) return "passed";
  if (index > batch.index || !batch.opened) return "waiting";
  if (outcomeOf(state) !== null) return "stopped";
  return batch.bakeStartedMs === null ? "open" : "baking";
}
