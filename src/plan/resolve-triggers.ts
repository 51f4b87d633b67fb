import type { Condition, Trigger } from "./change.ts";
import { resolveLimit } from "./resolve-check.ts";
import { resolveAction } from "./resolve-steps.ts";
import type { PlanDocument } from "./schema/plan.ts";

type Written = PlanDocument["triggers"][number];

export function resolveTriggers({ triggers }: PlanDocument): Trigger[] {
  return triggers.map(({ name, severity, when, restore, respond, tell }) => ({
    name,
    severity,
    when: resolveCondition(when),
    restore: restore ?? [],
    respond: (respond ?? []).map((action, index) => resolveAction(action, index)),
    tell: tell ?? [],
  }));
}

function resolveCondition(when: Written["when"]): Condition {
  const { check, above, below, share, "worse-by": worseBy, "issues-labelled": label = "" } = when;
  if (check === undefined) return { kind: "issues", label, moreThan: when["more-than"] ?? 0 };
  return {
    kind: "check",
    check,
    above: resolveLimit(above),
    below: resolveLimit(below),
    worseBy: worseBy ?? null,
    forMs: when.for,
    share: share ?? null,
  };
}
