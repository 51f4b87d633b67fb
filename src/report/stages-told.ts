import type { BudgetName } from "../plan/change.ts";
import { type StageName, stageOf, stagesOf } from "../rollout/stages.ts";
import type { ChangeState } from "../rollout/state.ts";

/** What people call each stage. */
const LABELS: Readonly<Record<Exclude<StageName, "done">, string>> = {
  gate: "gate",
  checks: "checks before the start",
  survey: "versions",
  notice: "notice",
  backup: "backup",
  prepare: "preparation",
  apply: "batches",
  verify: "verification",
  resume: "giving back",
  rollback: "rollback",
};

const ORDER = Object.keys(LABELS) as Exclude<StageName, "done">[];

/** `stopped`: the change ended in it. */
export type StageStatus = "done" | "under way" | "stopped" | "waiting";

export type StageSummary = Readonly<{
  stage: Exclude<StageName, "done">;
  label: string;
  status: StageStatus;
  tookMs: number;
}>;

/** Journals of before the gate was recorded say by their steps that it is behind them. */
export function stageNow(state: ChangeState, nowMs: number): StageName {
  const { batch, once } = state;
  const stage = stageOf(state, nowMs);
  const isBegun = batch.opened || batch.index > 0 || once.before.dirty > 0;
  return isBegun && indexOf(stage) < indexOf("apply") ? "apply" : stage;
}

/** The end comes after all of them. */
function indexOf(stage: StageName): number {
  return stage === "done" ? ORDER.length : ORDER.indexOf(stage);
}

/** The stages that this plan has something to do in, in order, up to the last event or later. */
export function listStages(state: ChangeState, nowMs: number = state.lastMs): StageSummary[] {
  if (state.attempt === 0) return [];
  const isOver = state.outcome !== null || state.interrupted !== null;
  const at = isOver ? endStage(state) : stageNow(state, nowMs);
  return ORDER.filter((stage) => isPlanned(state, stage) || stage === at).flatMap((stage) => {
    const status = statusOf(state, { stage, at, isOver });
    return [{ stage, label: LABELS[stage], status, tookMs: tookMs(state, stage, nowMs) }];
  });
}

export function labelOf(stage: StageName): string {
  return stage === "done" ? "end" : LABELS[stage];
}

function tookMs({ spent, outcome, interrupted }: ChangeState, stage: StageName, nowMs: number): number {
  const before = spent.ms.get(stage) ?? 0;
  const isRunning = stage === spent.stage && outcome === null && interrupted === null;
  return isRunning ? before + Math.max(0, nowMs - spent.sinceMs) : before;
}

/** Where it ended: a change that succeeded has gone through all of them. */
function endStage(state: ChangeState): StageName {
  if (state.outcome?.outcome === "succeeded") return "done";
  if (state.rollback !== null) return "rollback";
  return stageNow({ ...state, outcome: null }, state.lastMs);
}

function statusOf(
  state: ChangeState,
  { stage, at, isOver }: Readonly<{ stage: StageSummary["stage"]; at: StageName; isOver: boolean }>,
): StageStatus {
  if (stage === at) {
    if (!isOver) return "under way";
    return state.outcome?.outcome === "rolled-back" ? "done" : "stopped";
  }
  return at === "rollback" ? statusBefore(state, stage) : indexOf(stage) < indexOf(at) ? "done" : "waiting";
}

/** The way back may begin in any stage: it ends the one at hand, and those after it are never begun. */
function statusBefore({ spent, progress }: ChangeState, stage: StageSummary["stage"]): StageStatus {
  if (!spent.ms.has(stage)) return "waiting";
  const { reached } = progress;
  const isLeft =
    (stage === "prepare" && !reached.has("prepare")) ||
    (stage === "apply" && !reached.has("deploy")) ||
    (stage === "verify" && !reached.has("verify")) ||
    stage === "resume";
  return isLeft ? "stopped" : "done";
}

/** Whether the plan has anything to do in it. */
export function isPlanned({ change, rollback }: ChangeState, stage: StageName): boolean {
  switch (stage) {
    case "gate":
      return change.needsApproval || change.schedule !== null || change.requires.length > 0;
    case "checks":
      return (
        change.preflight.checks.length + change.team.contacts.filter(({ test }) => test !== null).length > 0
      );
    case "survey":
      return change.versionCommand !== null || change.rollout.blueGreen !== null;
    case "notice":
      return change.notify.beforeMs > 0 || hasBaselines(change);
    case "backup":
      return change.backups.length > 0;
    case "prepare":
    case "resume":
      return change.prepare.length > 0;
    case "verify":
      return change.verify.length > 0;
    case "rollback":
      return rollback !== null;
    default:
      return true;
  }
}

function hasBaselines({ health }: ChangeState["change"]): boolean {
  return [...health.checks, ...health.service].some(({ baselineMs }) => baselineMs !== null);
}

export type StageBudget = Readonly<{
  budget: BudgetName;
  budgetMs: number;
  tookMs: number;
  verdict: "within" | "over" | "not reached";
}>;

const BUDGETS: readonly BudgetName[] = ["prepare", "backup", "apply", "verify", "resume"];

/** The plan's budgets, each against what its stages took together. */
export function compareStageBudgets(state: ChangeState, nowMs: number = state.lastMs): StageBudget[] {
  const { schedule } = state.change;
  if (schedule === null) return [];
  return BUDGETS.flatMap((budget) => {
    const budgetMs = schedule.budgets[budget];
    if (budgetMs === undefined) return [];
    const stages = stagesOf(budget);
    const took = stages.reduce((sum, stage) => sum + tookMs(state, stage, nowMs), 0);
    const isOver = state.spent.passed.has(budget) || took > budgetMs;
    const isReached = stages.some((stage) => state.spent.ms.has(stage) || state.spent.stage === stage);
    return [
      { budget, budgetMs, tookMs: took, verdict: isOver ? "over" : isReached ? "within" : "not reached" },
    ];
  });
}
