import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";

export type Approval = PlanDocument["approvals"][number];

/** Whether enough people are left who may approve. */
export function checkApprovals({ approvals }: PlanDocument): Finding[] {
  return approvals.flatMap((approval, index) => checkApprovers(approval, ["approvals", index]));
}

function checkApprovers(approval: Approval, path: PlanPath): Finding[] {
  const approvers = listApprovers(approval);
  if (approvers === null) return [];
  if (approvers.length === 0) return [nobody(path)];
  // How many people a team has is known only on GitHub.
  if (approvers.some(isTeam) || approvers.length >= approval.count) return [];
  return [
    {
      code: "approvers-too-few",
      path: [...path, "count"],
      message: `${approval.count} people must approve, and only ${approvers.length} may.`,
      hint: "Lower `count`, or name more users or a team in `from`.",
    },
  ];
}

/** Those of `from` that `not` leaves, each once; null where the plan lets anyone approve. */
export function listApprovers({ from, not }: Approval): string[] | null {
  if (from === undefined) return null;
  const excluded = new Set(not.map(sameHandle));
  return [...new Set(from.map(sameHandle))].filter((handle) => !excluded.has(handle));
}

/** `@Octocat` and `octocat` are one user. */
export function sameHandle(handle: string): string {
  return handle.replace(/^@/, "").toLowerCase();
}

function isTeam(handle: string): boolean {
  return handle.includes("/");
}

function nobody(path: PlanPath): Finding {
  return {
    code: "approvers-none",
    path: [...path, "from"],
    message: "`not` excludes everyone whom `from` names: nobody could ever approve.",
    hint: "Name others in `from`, or take them out of `not`.",
  };
}

const EXCLUDED = ["initiator", "author"] as const;

/** Four eyes: whoever wrote the change or started it should not be the one who approves it. */
export function warnOfSelfApproval({ approvals }: PlanDocument): Finding[] {
  return approvals.flatMap(({ not }, index) => {
    const missing = EXCLUDED.filter((who) => !not.some((handle) => sameHandle(handle) === who));
    if (missing.length === 0) return [];
    return [
      {
        code: "self-approval-possible",
        severity: "warning" as const,
        path: ["approvals", index, "not"],
        message: `The ${missing.join(" and the ")} of the change may approve it.`,
        hint: "Write `not: [initiator, author]`, which is also the default.",
      },
    ];
  });
}

/** A normal change is approved each time; at a high risk that should not be left to habit. */
export function warnOfNoApproval({ change, approvals }: PlanDocument): Finding[] {
  if (change.type !== "normal" || change.risk !== "high" || approvals.length > 0) return [];
  return [
    {
      code: "high-risk-unapproved",
      severity: "warning",
      path: ["change", "risk"],
      message: "The risk is high, and nobody has to approve the change.",
      hint: "Add `approvals`, or state the risk that it really has.",
    },
  ];
}
