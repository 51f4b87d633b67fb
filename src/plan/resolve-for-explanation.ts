import { resolveAmount } from "../rollout/strategies/amount.ts";
import { resolveBigBang } from "../rollout/strategies/big-bang.ts";
import { resolveRollout } from "../rollout/strategies/resolve-rollout.ts";
import type { Change, RolloutRules, Target } from "./change.ts";
import { resolveHealth } from "./resolve-health.ts";
import { resolveSteps } from "./resolve-steps.ts";
import type { PlanDocument } from "./schema/plan.ts";

export type ResolveInputs = Readonly<{
  targets: readonly Target[];
  version: string;
  environment: string;
  digest: string;
}>;

/**
 * The change of any valid plan, also of one that this version does not carry out: for telling what it
 * would do and how long that may take. Only `resolveChange` gives one that may start.
 */
export function resolveForExplanation(plan: PlanDocument, inputs: ResolveInputs): Change {
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
    rollout: resolveRules(
      plan,
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

/** Which group is idle is known only at the start. Both are of one size, so half of the targets stand for it. */
function resolveRules({ strategy }: PlanDocument, names: readonly string[]): RolloutRules {
  const { "blue-green": blueGreen, ...others } = strategy;
  if (blueGreen === undefined) return resolveRollout(others, names);
  const idle = names.slice(0, Math.ceil(names.length / 2));
  return { ...resolveBigBang(blueGreen, idle), strategy: "blue-green" };
}
