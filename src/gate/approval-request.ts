import type { PlanDocument } from "../plan/schema/plan.ts";
import type { ApprovalRequest, TeamRoles } from "./approval-facts.ts";

/** What a plan asks of the gate, for the commit that is checked out and the ref of the run. */
export function requestApproval(
  plan: PlanDocument,
  { commit, ref }: Readonly<{ commit: string; ref: string }>,
): ApprovalRequest {
  return {
    approvals: plan.approvals,
    team: teamOf(plan),
    attestations: plan.preflight.flatMap(({ name, attest }) =>
      attest === undefined ? [] : [{ name, role: attest }],
    ),
    type: plan.change.type,
    commit,
    ref,
  };
}

/** The people of a plan by what they may do; null where it names no team, which is not an empty one. */
export function teamOf({ team }: PlanDocument): TeamRoles | null {
  if (team === undefined) return null;
  const { manager, engineers, quality, security } = team;
  return { manager, engineers, quality, security };
}
