import type { Attestation, Backup, Change, PlacedCheck, Step } from "./change.ts";
import { resolveCheck } from "./resolve-check.ts";
import { resolveAction } from "./resolve-steps.ts";
import type { PlanDocument } from "./schema/plan.ts";

/** What is measured, and what persons confirm, each in the plan's order. */
export function resolvePreflight(plan: PlanDocument): Change["preflight"] {
  const measured = plan.preflight.filter(({ attest }) => attest === undefined);
  return {
    checks: measured.map((check) => placeCheck(check, plan)),
    attestations: plan.preflight.flatMap(({ name, attest }): Attestation[] =>
      attest === undefined ? [] : [{ name, role: attest }],
    ),
  };
}

export function resolveVerify(plan: PlanDocument): PlacedCheck[] {
  return plan.verify.map((check) => placeCheck(check, plan));
}

export function resolvePrepare({ prepare }: PlanDocument): Step[] {
  return prepare.map((action, index) => resolveAction(action, index, action.finally ?? null));
}

export function resolveBackups({ backups }: PlanDocument): Backup[] {
  return backups.map(({ name, run, verify, keep, fetch, restore, timeout }) => ({
    name,
    run,
    verify: verify ?? null,
    keep: keep ?? null,
    fetch: fetch ?? null,
    restore: restore ?? null,
    timeoutMs: timeout,
  }));
}

type Placed = Parameters<typeof resolveCheck>[0] & Pick<PlacedCheck, "on">;

function placeCheck(check: Placed, plan: PlanDocument): PlacedCheck {
  return { ...resolveCheck(check, check.on, plan), on: check.on };
}
