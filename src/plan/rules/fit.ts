import type { Change, Target } from "../change.ts";
import { type Explanation, explainChange } from "../explain/explain-change.ts";
import type { Finding } from "../finding.ts";
import { listPlanTargets } from "../plan-targets.ts";
import { resolvePlan } from "../resolve-plan.ts";
import { resolveSchedule } from "../resolve-schedule.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { printSpan } from "../units.ts";
import { isReadable } from "./schedule.ts";
import { longestOpeningMs } from "./window-moments.ts";

/** For targets that the plan names itself; the others are counted when they are known. */
export function checkPlanFit(plan: PlanDocument): Finding[] {
  const targets = listPlanTargets(plan);
  return targets === null || targets.length === 0 ? [] : checkFit(plan, targets);
}

/** Whether the change can take its time: within the windows, and within its own budget. */
export function checkFit(plan: PlanDocument, targets: readonly Target[]): Finding[] {
  const schedule = resolveSchedule(plan);
  if (schedule === null || !isReadable(plan)) return [];
  const change = resolvePlan(plan, { targets, version: "", environment: "", digest: "" });
  const least = leastMs(change);
  const budget = plan.schedule?.budgets.apply;
  const overspent = budget !== undefined && budget < least ? [budgetTooSmall(budget, least)] : [];
  // An emergency may run outside of every window.
  const longest = plan.change.type === "emergency" ? null : longestOpeningMs(schedule);
  if (longest === null || longest === 0) return overspent;
  return [...overspent, ...checkOpening({ plan, change, least, longest })];
}

/** What a change may take, whatever the windows are. Linear in the number of targets. */
function explainTimes(plan: PlanDocument, change: Change): Pick<Explanation, "worstCaseMs" | "rollback"> {
  return explainChange({ ...plan, schedule: undefined }, change, 0);
}

type Opening = Readonly<{ plan: PlanDocument; change: Change; least: number; longest: number }>;

function checkOpening({ plan, change, least, longest }: Opening): Finding[] {
  const count = change.rollout.batches.length;
  if (least > longest && change.rollout.strategy === "rolling") {
    return [
      {
        code: "batches-past-window",
        path: ["strategy", "rolling", "batches"],
        message: `The ${count} batches take at least ${printSpan(least)}, and the longest window lasts ${printSpan(longest)}: they never reach all targets.`,
        hint: "Make the batches larger or `bake` shorter, or lengthen a window.",
      },
    ];
  }
  const { worstCaseMs, rollback } = explainTimes(plan, change);
  if (worstCaseMs <= longest) return [];
  const forward = printSpan(worstCaseMs - rollback.worstMs);
  return [
    {
      code: "window-too-short",
      path: ["schedule", "windows"],
      point: "owner",
      message: `At worst the change takes ${printSpan(worstCaseMs)}: ${forward} to go forward and ${printSpan(rollback.worstMs)} to roll back. The longest window lasts ${printSpan(longest)}.`,
      hint: "Lower the timeouts to what the steps really need (10m where nothing is said), raise `parallel`, or lengthen a window.",
    },
  ];
}

/** What no luck can shorten: each batch becomes healthy, and bakes. */
function leastMs({ rollout, health }: Change): number {
  const settling =
    health.checks.length + health.service.length === 0
      ? 0
      : Math.max(health.stableMs, (health.pass - 1) * health.everyMs);
  return rollout.batches.length * (settling + rollout.bakeMs);
}

function budgetTooSmall(budget: number, least: number): Finding {
  return {
    code: "budget-too-small",
    path: ["schedule", "budgets", "apply"],
    message: `Waiting for health and baking takes at least ${printSpan(least)}, and the budget is ${printSpan(budget)}.`,
    hint: "Raise the budget, or make the batches larger or `bake` shorter.",
  };
}
