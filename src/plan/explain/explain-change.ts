import type { Change, Scope, Step } from "../change.ts";
import { resolveSchedule } from "../resolve-schedule.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { type Batch, type BudgetName, listBatches, listPhases, type Phase, restoreTimes } from "./phases.ts";
import { rollbackTimes } from "./rollout-times.ts";
import { sumTimes, type Times } from "./times.ts";
import { explainWindow, type Limits } from "./window.ts";

/** What a change would do, without doing it. Durations in milliseconds, moments in ISO text. */
export type Explanation = Limits &
  Readonly<{
    digest: string;
    change: Pick<Change, "id" | "title" | "type" | "risk" | "environment" | "version">;
    targetCount: number;
    strategy: Change["rollout"]["strategy"];
    batches: readonly Batch[];
    phases: readonly Phase[];
    budgets: readonly Budget[];
    /** The way forward, as likely. */
    expectedMs: number;
    /** The way forward and then a full rollback, each at its longest. */
    worstCaseMs: number;
    rollback: Times;
    approvals: readonly Approval[];
    irreversible: readonly StepName[];
    /** What a full rollback runs, in its order; `each` on every target, newest first. */
    rollbackOrder: readonly StepName[];
    /** Backups that some trigger restores. */
    restores: readonly string[];
  }>;

/** What the plan allows some phases to take, against their worst case. */
export type Budget = Readonly<{ name: BudgetName; budgetMs: number; worstMs: number }>;

export type StepName = Readonly<{ scope: Scope; name: string }>;

export type Approval = Readonly<{
  kind: "environment" | "pull-request";
  environment: string | null;
  count: number;
  /** null: whoever the environment or the repository accepts. */
  from: readonly string[] | null;
  not: readonly string[];
}>;

/** Linear in the number of targets. */
export function explainChange(plan: PlanDocument, change: Change, nowMs: number): Explanation {
  const phases = listPhases(plan, change);
  const forward = sumTimes(phases);
  const rollback = sumTimes([rollbackTimes(change), restoreTimes(plan)]);
  const worstCaseMs = forward.worstMs + rollback.worstMs;
  const { id, title, type, risk, environment, version } = change;
  return {
    digest: change.digest,
    change: { id, title, type, risk, environment, version },
    targetCount: change.targets.length,
    strategy: change.rollout.strategy,
    batches: listBatches(change, phases),
    phases,
    budgets: listBudgets(plan, phases),
    expectedMs: forward.expectedMs,
    worstCaseMs,
    rollback,
    ...explainWindow(resolveSchedule(plan), { nowMs, worstCaseMs, rollbackMs: rollback.worstMs }),
    approvals: plan.approvals.map(explainApproval),
    irreversible: listSteps(change, FORWARD).filter(isIrreversible).map(nameOf),
    rollbackOrder: listSteps(change, BACKWARD).filter(isUndoable).map(nameOf),
    restores: [...new Set(plan.triggers.flatMap(({ restore }) => restore ?? []))],
  };
}

function listBudgets(plan: PlanDocument, phases: readonly Phase[]): Budget[] {
  const budgets = plan.schedule?.budgets ?? {};
  const names: readonly BudgetName[] = ["prepare", "backup", "apply", "verify", "resume"];
  return names.flatMap((name) => {
    const budgetMs = budgets[name];
    if (budgetMs === undefined) return [];
    const covered = phases.filter(({ budget }) => budget === name);
    return [{ name, budgetMs, worstMs: sumTimes(covered).worstMs }];
  });
}

function explainApproval(approval: PlanDocument["approvals"][number]): Approval {
  const { environment, count, from, not } = approval;
  const kind = environment === undefined ? "pull-request" : "environment";
  return { kind, environment: environment ?? null, count, from: from ?? null, not };
}

type ScopedStep = Readonly<{ scope: Scope; step: Step }>;

const FORWARD: readonly Scope[] = ["before", "each", "after"];
const BACKWARD: readonly Scope[] = ["after", "each", "before"];

function listSteps({ apply }: Change, order: readonly Scope[]): ScopedStep[] {
  return order.flatMap((scope) => {
    const steps = apply[scope].map((step) => ({ scope, step }));
    return order === BACKWARD ? steps.reverse() : steps;
  });
}

function isIrreversible({ step }: ScopedStep): boolean {
  return step.irreversible;
}

function isUndoable({ step }: ScopedStep): boolean {
  return step.undo !== null;
}

function nameOf({ scope, step }: ScopedStep): StepName {
  return { scope, name: step.name };
}
