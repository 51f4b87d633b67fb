import type { Finding } from "./finding.ts";
import type { PlanIssue } from "./issue.ts";
import type { PlanPath } from "./path.ts";
import { placeInPlan } from "./places.ts";
import type { PlanDocument } from "./schema/plan.ts";

/**
 * Each part of a valid plan that this version of the engine does not carry out. A plan with any must
 * not run: skipping a gate, a backup or a trigger in silence would be worse than refusing.
 */
export function findUnsupported(plan: PlanDocument): PlanIssue[] {
  return [...findSections(plan), ...findInTargets(plan), ...findInChecks(plan)].map((path) =>
    placeInPlan(plan, notCarriedOut(path)),
  );
}

const SECTIONS = ["schedule", "on-warning", "notify"] as const;
const LISTS = ["requires", "approvals", "preflight", "backups", "prepare", "triggers", "verify"] as const;

function findSections(plan: PlanDocument): PlanPath[] {
  const found: PlanPath[] = [];
  for (const section of SECTIONS) if (plan[section] !== undefined) found.push([section]);
  for (const list of LISTS) if (plan[list].length > 0) found.push([list]);
  if (plan.strategy["blue-green"] !== undefined) found.push(["strategy", "blue-green"]);
  return found;
}

function findInTargets({ targets }: PlanDocument): PlanPath[] {
  const found: PlanPath[] = [];
  if (targets.connect === "ssh") found.push(["targets", "connect"]);
  if (targets.connect === undefined && targets.ssh !== undefined) found.push(["targets", "ssh"]);
  if (targets.run !== undefined) found.push(["targets", "run"]);
  if (targets.groups !== undefined) found.push(["targets", "groups"]);
  return found;
}

function findInChecks({ health }: PlanDocument): PlanPath[] {
  return health.checks.flatMap((check, index) => {
    const path = ["health", "checks", index];
    const found: PlanPath[] = [];
    if (check.scope === "service") found.push([...path, "scope"]);
    if (check.baseline !== undefined) found.push([...path, "baseline"]);
    return found;
  });
}

function notCarriedOut(path: PlanPath): Finding {
  const name = path.filter((segment) => typeof segment === "string").at(-1);
  return {
    code: "not-carried-out",
    path,
    point: "owner",
    message: `This version understands \`${name}\` here, and does not carry it out yet.`,
    hint: "Remove it from the plan that you run, or use a version that carries it out.",
  };
}
