import type { Change } from "../change.ts";
import { resolveSchedule } from "../resolve-schedule.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { type Course, planCourse } from "./course.ts";
import { fullRollbackTimes } from "./full-rollback.ts";
import {
  type Approval,
  type Attestation,
  listApprovals,
  listAttestations,
  listRequirements,
  type Requirement,
} from "./people.ts";
import { type Batch, type BudgetName, listBatches, listPhases, type Phase } from "./phases.ts";
import { sumTimes, type Times } from "./times.ts";
import { explainWarnings, listTriggers, type TriggerExplanation, type WarningRule } from "./triggers.ts";
import { listIrreversible, listUndone, planWayBack, type StepName } from "./way-back.ts";
import { explainWindow, type Limits } from "./window.ts";

/** What a change would do, without doing it. Durations in milliseconds, moments in ISO text. */
export type Explanation = Limits &
  Readonly<{
    /** The moment that the windows are looked at from. */
    at: string;
    timezone: string;
    digest: string;
    change: Pick<Change, "id" | "title" | "type" | "risk" | "environment" | "version">;
    targetCount: number;
    strategy: Course["strategy"];
    /** Failed targets that the change survives. */
    maxFailures: number;
    batches: readonly Batch[];
    phases: readonly Phase[];
    budgets: readonly Budget[];
    /** The way forward, as likely. */
    expectedMs: number;
    /**
     * The way forward and then a full rollback, each at its longest: with every try that the plan allows.
     * It does not count what people may be asked for, and reckons with targets that can be put back and do
     * not take turns at relapsing while others wait for their place.
     */
    worstCaseMs: number;
    rollback: Times;
    /** What a start outside of the windows does. */
    outside: Outside;
    /** What the end of the window does to a change that is not finished; null: none ends it. */
    atEnd: "hold" | "rollback" | null;
    approvals: readonly Approval[];
    attestations: readonly Attestation[];
    requires: readonly Requirement[];
    irreversible: readonly StepName[];
    /** What a full rollback runs, in its order; `each` on every target, newest first. */
    rollbackOrder: readonly StepName[];
    triggers: readonly TriggerExplanation[];
    onWarning: WarningRule | null;
    /** Blue-green: how long the other group stays as it was, ready to switch back to. */
    keepMs: number | null;
  }>;

/** What the plan allows some phases to take, against their worst case. */
export type Budget = Readonly<{ name: BudgetName; budgetMs: number; worstMs: number }>;

/** An emergency is allowed whatever the plan says. */
export type Outside =
  | Readonly<{ kind: "refused" | "allowed" }>
  | Readonly<{ kind: "waits"; atMostMs: number | null }>;

/** Linear in the number of targets. */
export function explainChange(plan: PlanDocument, change: Change, nowMs: number): Explanation {
  const course = planCourse(plan, change);
  const phases = listPhases(plan, change, course);
  const forward = sumTimes(phases.filter(({ name }) => name !== "keep"));
  const rollback = fullRollbackTimes(plan, change, course);
  // The service is given back once, by the rollback or by the end of the way forward.
  const resume = sumTimes(phases.filter(({ name }) => name === "resume"));
  const worstCaseMs = forward.worstMs - resume.worstMs + rollback.worstMs;
  const { id, title, type, risk, environment, version } = change;
  const schedule = resolveSchedule(plan) ?? { timezone: "UTC", windows: [], freezes: [] };
  return {
    at: new Date(nowMs).toISOString(),
    timezone: schedule.timezone,
    digest: change.digest,
    change: { id, title, type, risk, environment, version },
    targetCount: change.targets.length,
    strategy: course.strategy,
    maxFailures: change.rollout.maxFailures,
    batches: listBatches(change, course, phases),
    phases,
    budgets: listBudgets(plan, phases),
    expectedMs: forward.expectedMs,
    worstCaseMs,
    rollback,
    ...explainWindow(schedule, { nowMs, worstCaseMs, rollbackMs: rollback.worstMs }),
    outside: explainOutside(plan),
    atEnd: explainEnd(plan),
    approvals: listApprovals(plan),
    attestations: listAttestations(plan),
    requires: listRequirements(plan),
    irreversible: listIrreversible(plan),
    rollbackOrder: listUndone(planWayBack(plan, course)),
    triggers: listTriggers(plan),
    onWarning: explainWarnings(plan),
    keepMs: course.keepMs,
  };
}

function listBudgets({ schedule }: PlanDocument, phases: readonly Phase[]): Budget[] {
  const budgets = schedule?.budgets ?? {};
  const names: readonly BudgetName[] = ["prepare", "backup", "apply", "verify", "resume"];
  return names.flatMap((name) => {
    const budgetMs = budgets[name];
    if (budgetMs === undefined) return [];
    const covered = phases.filter(({ budget }) => budget === name);
    return [{ name, budgetMs, worstMs: sumTimes(covered).worstMs }];
  });
}

function explainEnd({ change, schedule }: PlanDocument): Explanation["atEnd"] {
  if (change.type === "emergency" || schedule === undefined) return null;
  const { windows, freezes, "at-end": atEnd } = schedule;
  return windows.length + freezes.length === 0 ? null : atEnd;
}

function explainOutside({ change, schedule }: PlanDocument): Outside {
  if (change.type === "emergency") return { kind: "allowed" };
  if (schedule?.outside !== "wait") return { kind: "refused" };
  return { kind: "waits", atMostMs: schedule["wait-limit"] ?? null };
}
