import type { ChangeState } from "../rollout/state.ts";
import { type AccountedTarget, accountTargets } from "./accounting.ts";
import { summariseBatches } from "./batches.ts";
import { compareBudgets } from "./budgets.ts";
import { type ByHand, listByHand } from "./by-hand.ts";
import { listTasks } from "./owed-tasks.ts";
import { endMsOf, outcomeOf, phaseOf, reasonOf } from "./phase.ts";
import { describeAround, firedRow, iso, owedRow } from "./result-parts.ts";
import type { Result } from "./result-schema.ts";
import { take, takeTargets } from "./take-rows.ts";

export type ResultExtras = Readonly<{
  journalRef: string | null;
  issueUrl: string | null;
  reportPath: string | null;
  /** Most rows per list, for a place of bounded size. What matters most stays; the counts cover all. */
  rowsMax?: number;
}>;

/** Everything from one fold, so that it cannot disagree with the exit code, the issue or the summary. */
export function buildResult(state: ChangeState, extras: ResultExtras): Result {
  const { change } = state;
  const rowsMax = extras.rowsMax ?? Number.POSITIVE_INFINITY;
  const accounting = accountTargets(state);
  const batches = take(summariseBatches(state, accounting), rowsMax);
  const targets = takeTargets(accounting, rowsMax);
  const byHand = take(listByHand(state), rowsMax);
  const warnings = take(state.warnings.toReversed(), rowsMax);
  const why = reasonOf(state);
  return {
    version: 1,
    outcome: outcomeOf(state),
    reasonCode: why?.reasonCode ?? null,
    reason: why?.reason ?? null,
    phase: phaseOf(state),
    changeId: change.id,
    title: change.title,
    digest: change.digest,
    environment: change.environment,
    targetVersion: change.version,
    commit: state.commit,
    attempt: state.attempt,
    holder: state.holder,
    times: timesOf(state),
    counts: accounting.counts,
    batches: batches.rows.map(({ index, status, targets: size, counts }) => {
      return { batch: index + 1, status, targets: size, counts };
    }),
    targets: targets.rows.map((row) => targetRow(state, row)),
    ...describeAround(state),
    trigger: state.trigger === null ? null : firedRow(state.trigger),
    warnings: warnings.rows.map(firedRow),
    rollback: rollbackOf(state),
    byHand: byHand.rows.map(byHandRow),
    owed: listTasks(state).map(owedRow),
    leftOut: { batches: batches.left, targets: targets.left, byHand: byHand.left, warnings: warnings.left },
    issueUrl: extras.issueUrl ?? state.issueUrl,
    reportPath: extras.reportPath,
    journalRef: extras.journalRef,
  };
}

function targetRow(state: ChangeState, row: AccountedTarget): Result["targets"][number] {
  const target = state.targets.get(row.name);
  return {
    name: row.name,
    batch: row.batch === null ? null : row.batch + 1,
    status: row.account,
    previousVersion: state.versions.get(row.name) ?? null,
    reason: target?.reason ?? state.unreadable.get(row.name) ?? null,
  };
}

function byHandRow(entry: ByHand): Result["byHand"][number] {
  const { target, scope, batch, reason, previousVersion, undone } = entry;
  const undo = entry.commands.map(({ step, on, direction, run }) => ({ step, on, direction, run }));
  return {
    target: target?.name ?? null,
    host: target?.host ?? null,
    scope,
    batch: batch === null ? null : batch + 1,
    reason,
    previousVersion,
    undone,
    undo,
  };
}

function timesOf(state: ChangeState): Result["times"] {
  const started = state.attempt > 0;
  const over = outcomeOf(state) !== null;
  return {
    startedAt: started ? iso(state.startedMs) : null,
    updatedAt: started ? iso(state.lastMs) : null,
    endedAt: started && over ? iso(endMsOf(state)) : null,
    tookMs: started ? Math.max(0, endMsOf(state) - state.startedMs) : 0,
  };
}

function rollbackOf(state: ChangeState): Result["rollback"] {
  const budgets = compareBudgets(state);
  if (state.rollback === null || budgets === null) return null;
  const { triggeredMs, announcedMs, firstUndoMs, lastUndoMs, verifiedMs } = state.rollback.times;
  const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));
  return {
    triggeredAt: iso(triggeredMs),
    announcedAt: isoOrNull(announcedMs),
    firstUndoAt: isoOrNull(firstUndoMs),
    lastUndoAt: isoOrNull(lastUndoMs),
    verifiedAt: isoOrNull(verifiedMs),
    budgets: budgets.rows.map(({ phase, budgetMs, tookMs, verdict }) => ({
      phase,
      budgetMs,
      tookMs,
      verdict,
    })),
    reviewDueAt: iso(budgets.reviewDueMs),
  };
}
