import type { Change, Team } from "./change.ts";
import { nameOfVariable } from "./name-of-variable.ts";
import { resolveCheck } from "./resolve-check.ts";
import type { PlanDocument } from "./schema/plan.ts";

/** Without the section nobody is named. A contact's test is a check of the contact's name. */
export function resolveTeam(plan: PlanDocument): Team {
  const { manager = [], engineers = [], quality = [], security = [], contacts = [] } = plan.team ?? {};
  return {
    manager,
    engineers,
    quality,
    security,
    contacts: contacts.map(({ name, reach, test }) => ({
      name,
      reach,
      test: test === undefined ? null : resolveCheck({ name, ...test }, "runner", plan),
    })),
  };
}

/** What a person confirms is part of what the gate proves. */
export function needsApproval({ approvals, preflight }: PlanDocument): boolean {
  return approvals.length > 0 || preflight.some(({ attest }) => attest !== undefined);
}

export function resolveNotify({ notify }: PlanDocument): Change["notify"] {
  return {
    beforeMs: notify?.before ?? 0,
    to: (notify?.to ?? []).map(({ webhook, format }) => ({ env: nameOfVariable(webhook), format })),
  };
}
