import { resolveAmount } from "../rollout/strategies/amount.ts";
import { resolveRollout } from "../rollout/strategies/resolve-rollout.ts";
import type { Change, Target } from "./change.ts";
import { findUnsupported } from "./executable.ts";
import type { PlanIssue } from "./issue.ts";
import { placeInPlan } from "./places.ts";
import { resolveHealth } from "./resolve-health.ts";
import { resolveSteps } from "./resolve-steps.ts";
import { checkCounts } from "./rules/strategy.ts";
import type { PlanDocument } from "./schema/plan.ts";

export type ResolveInputs = Readonly<{
  targets: readonly Target[];
  version: string;
  environment: string;
  digest: string;
}>;

export type ResolveResult =
  | { ok: true; change: Change; issues: PlanIssue[] }
  | { ok: false; issues: PlanIssue[] };

/** A valid plan and what only the run knows → what the engine executes, or why it cannot. */
export function resolveChange(plan: PlanDocument, inputs: ResolveInputs): ResolveResult {
  const found = [...findUnsupported(plan), ...checkTargetCount(plan, inputs.targets.length)];
  if (found.length > 0) return { ok: false, issues: found };
  return { ok: true, change: toChange(plan, inputs), issues: [] };
}

function checkTargetCount(plan: PlanDocument, total: number): PlanIssue[] {
  if (total > 0) return checkCounts(plan, total).map((finding) => placeInPlan(plan, finding));
  return [
    placeInPlan(plan, {
      code: "no-targets",
      path: ["targets"],
      point: "owner",
      message: "There is no target to change.",
      hint: "Look at what `targets` names: the list is empty.",
    }),
  ];
}

function toChange(plan: PlanDocument, inputs: ResolveInputs): Change {
  const { change, rollback } = plan;
  const { decide, announce, restore, verify, review } = rollback.budgets;
  return {
    id: change.id,
    title: change.title,
    summary: change.summary ?? null,
    ticket: change.ticket ?? null,
    type: change.type,
    risk: change.risk,
    ...inputs,
    versionCommand: plan.targets.version ?? null,
    rollout: resolveRollout(
      plan.strategy,
      inputs.targets.map(({ name }) => name),
    ),
    apply: resolveSteps(plan),
    health: resolveHealth(plan),
    rollback: {
      parallel: resolveAmount(rollback.parallel, inputs.targets.length),
      budgets: {
        decideMs: decide,
        announceMs: announce,
        restoreMs: restore,
        verifyMs: verify,
        reviewMs: review,
      },
    },
  };
}
