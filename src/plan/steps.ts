import type { Scope } from "./change.ts";
import type { PlanPath } from "./path.ts";
import type { Step } from "./schema/apply.ts";
import type { PlanDocument } from "./schema/plan.ts";

export type PlacedStep = Readonly<{
  step: Step;
  /** As people see it, default included. */
  name: string;
  path: PlanPath;
  scope: Scope | "switch";
}>;

const SCOPES: readonly Scope[] = ["before", "each", "after"];

/** Every step that is part of the change, with its place: those of `apply`, and the traffic switch. */
export function listSteps(plan: PlanDocument): PlacedStep[] {
  const applied = SCOPES.flatMap((scope) =>
    plan.apply[scope].map((step, index) => ({
      step,
      name: nameStep(step, index),
      path: ["apply", scope, index],
      scope,
    })),
  );
  const swap = plan.strategy["blue-green"]?.switch;
  if (swap === undefined) return applied;
  const path = ["strategy", "blue-green", "switch"];
  return [...applied, { step: swap, name: swap.name ?? "switch", path, scope: "switch" }];
}

export function nameStep(step: Pick<Step, "name">, index: number): string {
  return step.name ?? `step ${index + 1}`;
}
