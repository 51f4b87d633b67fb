import type { Check, HealthRules } from "./change.ts";
import { resolveCheck } from "./resolve-check.ts";
import type { HealthCheck } from "./schema/health.ts";
import type { PlanDocument } from "./schema/plan.ts";

const STABLE_MS = 30_000;

/** For health that has so little time, half of it: a default must not fail every target. */
export function stableMsOf({ stable, deadline }: PlanDocument["health"]): number {
  return stable ?? Math.min(STABLE_MS, Math.floor(deadline / 2));
}

export function resolveHealth(plan: PlanDocument): HealthRules {
  const { health } = plan;
  return {
    everyMs: health.every,
    pass: health.pass,
    stableMs: stableMsOf(health),
    deadlineMs: health.deadline,
    checks: resolveScope(plan, "target"),
    service: resolveScope(plan, "service"),
  };
}

function resolveScope(plan: PlanDocument, scope: HealthCheck["scope"]): Check[] {
  const usual = scope === "target" ? "targets" : "runner";
  return plan.health.checks
    .filter((check) => check.scope === scope)
    .map((check) => resolveCheck(check, check.on ?? usual, plan));
}
