import type { Change, Scope, Step } from "./change.ts";
import type { PlanDocument } from "./schema/plan.ts";
import { nameStep } from "./steps.ts";

export function resolveSteps(plan: PlanDocument): Change["apply"] {
  return {
    before: resolveScope(plan, "before"),
    each: resolveScope(plan, "each"),
    after: resolveScope(plan, "after"),
  };
}

function resolveScope(plan: PlanDocument, scope: Scope): Step[] {
  return plan.apply[scope].map((step, index) => ({
    name: nameStep(step, index),
    run: step.run,
    undo: step.undo ?? null,
    on: step.on ?? (scope === "each" ? "targets" : "runner"),
    timeoutMs: step.timeout,
    retries: step.retries,
    irreversible: step.irreversible ?? false,
  }));
}
