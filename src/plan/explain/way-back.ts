import type { PlanDocument } from "../schema/plan.ts";
import { listSteps, type PlacedStep } from "../steps.ts";
import type { Course } from "./course.ts";

/** `each` runs on every target that is changed, the others once. */
export type StepName = Pick<PlacedStep, "scope" | "name">;

/** The most that a rollback can have to undo. */
export type WayBack = Readonly<{
  /** Newest first; those without an undo change nothing, or cannot be undone. */
  steps: readonly PlacedStep[];
  /** Targets to undo; 0 where none can have been touched while there was a way back. */
  touched: number;
}>;

const FORWARD: readonly StepName["scope"][] = ["before", "each", "switch", "after"];

/**
 * An irreversible step freezes the change instead of rolling it back, so what comes after it is never
 * undone; unless a trigger restores a backup, which makes up for it.
 */
export function planWayBack(plan: PlanDocument, { touched, parallel }: Course): WayBack {
  const steps = inOrder(plan);
  const restores = plan.triggers.some(({ restore }) => restore !== undefined);
  const first = restores ? -1 : steps.findIndex(isIrreversible);
  if (first < 0) return { steps: steps.toReversed(), touched };
  const undone = steps.slice(0, first).toReversed();
  const scope = steps[first]?.scope;
  // Those that are changed side by side may all have come close to it.
  const close = undone.some((step) => step.scope === "each") ? Math.min(touched, parallel) : 0;
  return { steps: undone, touched: scope === "each" || scope === "before" ? close : touched };
}

/** From the first of them on there is no way back. */
export function listIrreversible(plan: PlanDocument): StepName[] {
  return inOrder(plan).filter(isIrreversible).map(nameOf);
}

export function listUndone({ steps }: WayBack): StepName[] {
  return steps.filter(({ step }) => step.undo !== undefined).map(nameOf);
}

/** The steps in the order in which a change takes them. */
function inOrder(plan: PlanDocument): PlacedStep[] {
  const steps = listSteps(plan);
  return FORWARD.flatMap((scope) => steps.filter((step) => step.scope === scope));
}

function isIrreversible({ step }: PlacedStep): boolean {
  return step.irreversible === true;
}

function nameOf({ scope, name }: PlacedStep): StepName {
  return { scope, name };
}
