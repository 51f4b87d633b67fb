import type { BudgetName } from "../plan/change.ts";
import { type Action, record } from "./decide.ts";
import { isAwaitingRestore } from "./decide-undo.ts";
import { stagesOf } from "./stages.ts";
import type { ChangeState, RollbackState } from "./state.ts";

/** What is taken so far, and since when it has been running; null while it is not. */
type Running = Readonly<{ name: string; budgetMs: number; takenMs: number; sinceMs: number }>;

const FORWARD: readonly BudgetName[] = ["prepare", "backup", "apply", "verify", "resume"];

/** Each budget that is overrun, once. Passing one is told to people and stops nothing. */
export function passBudgets(state: ChangeState, nowMs: number): Action[] {
  return listRunning(state)
    .filter((budget) => !state.spent.passed.has(budget.name) && dueMs(budget) <= nowMs)
    .map(({ name, budgetMs }) => record({ kind: "budget-passed", budget: name, budgetMs }));
}

/** When the next one will be; null where none is running. */
export function nextBudgetMs(state: ChangeState, nowMs: number): number | null {
  const due = listRunning(state)
    .filter(({ name }) => !state.spent.passed.has(name))
    .map(dueMs)
    .filter((atMs) => atMs > nowMs);
  return due.length === 0 ? null : Math.min(...due);
}

/** A budget of 5 minutes is passed by whatever takes longer, not by what takes just so long. */
function dueMs({ budgetMs, takenMs, sinceMs }: Running): number {
  return sinceMs + budgetMs - takenMs + 1;
}

function listRunning(state: ChangeState): Running[] {
  return state.rollback === null ? listForward(state) : listBackward(state);
}

function listForward({ change, spent }: ChangeState): Running[] {
  const budgets = change.schedule?.budgets;
  if (budgets === undefined) return [];
  return FORWARD.flatMap((name) => {
    const budgetMs = budgets[name];
    const stages = stagesOf(name);
    if (budgetMs === undefined || !stages.includes(spent.stage)) return [];
    const takenMs = stages.reduce((sum, stage) => sum + (spent.ms.get(stage) ?? 0), 0);
    return [{ name, budgetMs, takenMs, sinceMs: spent.sinceMs }];
  });
}

/** The names are those of the plan's `rollback.budgets`; `verify` counts from the last undo. */
function listBackward(state: ChangeState): Running[] {
  const { change, rollback } = state;
  if (rollback === null) return [];
  const { budgets } = change.rollback;
  const { triggeredMs, announcedMs, firstUndoMs, lastUndoMs } = rollback.times;
  const isRestoring = hasToRestore(state, rollback);
  const from = (name: string, budgetMs: number, sinceMs: number) => ({ name, budgetMs, takenMs: 0, sinceMs });
  return [
    ...(firstUndoMs === null ? [from("rollback.decide", budgets.decideMs, triggeredMs)] : []),
    ...(announcedMs === null ? [from("rollback.announce", budgets.announceMs, triggeredMs)] : []),
    ...(firstUndoMs !== null && isRestoring
      ? [from("rollback.restore", budgets.restoreMs, firstUndoMs)]
      : []),
    ...(lastUndoMs !== null && !isRestoring ? [from("rollback.verify", budgets.verifyMs, lastUndoMs)] : []),
  ];
}

/** A schema that is taken back and data that is replaced are restored as much as any target. */
function hasToRestore(state: ChangeState, rollback: RollbackState): boolean {
  const { undoing, broken, healthy } = rollback;
  if (undoing.size + broken.length + healthy.length > 0 || isAwaitingRestore(state, rollback)) return true;
  return ONCE.some((list) => state.inFlight.has(list) || state.inDoubt.has(list));
}

const ONCE = ["before", "after", "switch", "restore"] as const;
