import type { Change } from "./change.ts";
import type { Finding } from "./finding.ts";
import type { PlanIssue } from "./issue.ts";
import { placeInPlan } from "./places.ts";
import { listPlanTargets } from "./plan-targets.ts";
import { type ResolveInputs, resolvePlan } from "./resolve-plan.ts";
import { checkFit } from "./rules/fit.ts";
import { checkCounts } from "./rules/strategy.ts";
import { warnOfCounts } from "./rules/strategy-fit.ts";
import type { PlanDocument } from "./schema/plan.ts";

export type ResolveResult =
  /** `issues` are warnings. */
  { ok: true; change: Change; issues: PlanIssue[] } | { ok: false; issues: PlanIssue[] };

/** A valid plan and what only the run knows → what the engine executes, or why it cannot. */
export function resolveChange(plan: PlanDocument, inputs: ResolveInputs): ResolveResult {
  const issues = checkTargets(plan, inputs.targets);
  if (issues.some(({ severity }) => severity === "error")) return { ok: false, issues };
  return { ok: true, change: resolvePlan(plan, inputs), issues };
}

/** The rules that need the targets, for plans that do not name them: the others were asked by the parser. */
export function checkTargets(plan: PlanDocument, targets: ResolveInputs["targets"]): PlanIssue[] {
  return findInTargets(plan, targets).map((finding) => placeInPlan(plan, finding));
}

function findInTargets(plan: PlanDocument, targets: ResolveInputs["targets"]): Finding[] {
  if (targets.length === 0) return [NO_TARGETS];
  if (listPlanTargets(plan) !== null) return [];
  return [
    ...checkCounts(plan, targets.length),
    ...warnOfCounts(plan, targets.length),
    ...checkFit(plan, targets),
  ];
}

const NO_TARGETS: Finding = {
  code: "no-targets",
  path: ["targets"],
  point: "owner",
  message: "There is no target to change.",
  hint: "Look at what `targets` names: the list is empty.",
};
