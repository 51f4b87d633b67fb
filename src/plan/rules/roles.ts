import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { ON_WARNING_DEFAULT } from "../schema/triggers.ts";

type Role = "manager" | "engineers" | "quality" | "security";

/** Whoever is told or asked must be somebody. */
export function checkRoles(plan: PlanDocument): Finding[] {
  const told = plan.triggers.flatMap(({ tell = [] }, index) =>
    tell.flatMap((role, at) => checkRole(plan, role, ["triggers", index, "tell", at])),
  );
  const asked = plan.preflight.flatMap(({ attest }, index) =>
    attest === undefined ? [] : checkRole(plan, attest, ["preflight", index, "attest"]),
  );
  return [...told, ...asked];
}

function checkRole({ team }: PlanDocument, role: Role, path: PlanPath): Finding[] {
  if ((team?.[role] ?? []).length > 0) return [];
  return [
    {
      code: "role-empty",
      path,
      message: `Nobody is in \`team.${role}\`.`,
      hint: `Name users or teams in \`team.${role}\`, or another part of the team here.`,
    },
  ];
}

/** A warning waits for an answer, which only the manager and the engineers may give. */
export function warnOfAnswers({
  team,
  triggers,
  "on-warning": onWarning = ON_WARNING_DEFAULT,
}: PlanDocument): Finding[] {
  const index = triggers.findIndex(({ severity }) => severity === "warning");
  const answering = [...(team?.manager ?? []), ...(team?.engineers ?? [])];
  if (index < 0 || answering.length > 0) return [];
  return [
    {
      code: "nobody-may-answer",
      severity: "warning",
      path: ["triggers", index, "severity"],
      message: `A warning asks a person, and the team names nobody who may answer: it would always end in \`${onWarning.otherwise}\`.`,
      hint: "Name users or teams in `team.manager` or `team.engineers`.",
    },
  ];
}
