import type { ChangeState } from "../rollout/state.ts";
import { isRestoring } from "./phase.ts";

export type BudgetRow = Readonly<{
  phase: "decide" | "announce" | "restore" | "verify";
  /** From what to what, in words. */
  span: string;
  budgetMs: number;
  /** null: not reached, or still running. */
  tookMs: number | null;
  verdict: "within" | "over" | "not reached";
}>;

export type Budgets = Readonly<{ rows: readonly BudgetRow[]; reviewDueMs: number }>;

type Span = Readonly<{ fromMs: number | null; toMs: number | null }>;

/** null before a trigger. A phase without an end is over its budget as soon as `nowMs` is. */
export function compareBudgets(state: ChangeState, nowMs: number = state.lastMs): Budgets | null {
  const { rollback, change } = state;
  if (rollback === null) return null;
  const { triggeredMs, announcedMs, firstUndoMs, lastUndoMs, verifiedMs } = rollback.times;
  const { decideMs, announceMs, restoreMs, verifyMs, reviewMs } = change.rollback.budgets;
  const restoredMs = isRestoring(state) ? null : lastUndoMs;

  const spans: readonly [BudgetRow["phase"], string, number, Span][] = [
    ["decide", "trigger to first undo", decideMs, { fromMs: triggeredMs, toMs: firstUndoMs }],
    ["announce", "trigger to announcement", announceMs, { fromMs: triggeredMs, toMs: announcedMs }],
    ["restore", "first undo to last undo", restoreMs, { fromMs: firstUndoMs, toMs: restoredMs }],
    ["verify", "last undo to verified", verifyMs, { fromMs: restoredMs, toMs: verifiedMs }],
  ];
  const rows = spans.map(([phase, span, budgetMs, times]) => {
    return { phase, span, budgetMs, ...compare(times, budgetMs, nowMs) };
  });
  return { rows, reviewDueMs: (verifiedMs ?? triggeredMs) + reviewMs };
}

function compare(span: Span, budgetMs: number, nowMs: number): Pick<BudgetRow, "tookMs" | "verdict"> {
  const { fromMs, toMs } = span;
  if (fromMs === null) return { tookMs: null, verdict: "not reached" };
  const isOver = (toMs ?? nowMs) - fromMs > budgetMs;
  if (toMs === null) return { tookMs: null, verdict: isOver ? "over" : "not reached" };
  return { tookMs: Math.max(0, toMs - fromMs), verdict: isOver ? "over" : "within" };
}
