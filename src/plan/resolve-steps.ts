import type { Change, Scope, Step } from "./change.ts";
import type { Action as WrittenAction, Step as WrittenStep } from "./schema/apply.ts";
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
  const on = scope === "each" ? "targets" : "runner";
  return plan.apply[scope].map((step, index) => resolveStep(step, { name: nameStep(step, index), on }));
}

/** `usual` is what the place of the step makes of a name and an `on` that are not written. */
export function resolveStep(step: WrittenStep, usual: Pick<Step, "name" | "on">): Step {
  return {
    name: usual.name,
    run: step.run,
    undo: step.undo ?? null,
    on: step.on ?? usual.on,
    timeoutMs: step.timeout,
    retries: step.retries,
    irreversible: step.irreversible ?? false,
  };
}

/** A command beside the change: what it does belongs to no way back, except for what `undo` names. */
export function resolveAction(action: WrittenAction, index: number, undo: string | null = null): Step {
  return {
    name: nameStep(action, index),
    run: action.run,
    undo,
    on: action.on,
    timeoutMs: action.timeout,
    retries: action.retries,
    irreversible: false,
  };
}
