import type { Finding } from "../finding.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { listSteps } from "../steps.ts";
import { listApprovers, sameHandle } from "./approvals.ts";

/** What a change owes for the freedom that its type gives it. */
export function checkDuties(plan: PlanDocument): Finding[] {
  switch (plan.change.type) {
    case "standard":
      return checkStandard(plan);
    case "emergency":
      return checkEmergency(plan);
    case "normal":
      return [];
  }
}

/** Approved once and for all, so it is rehearsed each time, and nothing in it is a leap. */
function checkStandard(plan: PlanDocument): Finding[] {
  return [
    ...(plan.change.risk === "high" ? [standardAtHighRisk()] : []),
    ...(plan.requires.length === 0 ? [standardUnrehearsed()] : []),
    ...listSteps(plan)
      .filter(({ step }) => step.irreversible)
      .map(({ name, path }) => standardIrreversible(name, [...path, "irreversible"])),
  ];
}

function standardAtHighRisk(): Finding {
  return {
    code: "standard-at-high-risk",
    path: ["change", "risk"],
    message: "A standard change is approved in advance, and a high risk is not.",
    hint: "Write `type: normal`, or state the risk that it really has.",
  };
}

function standardUnrehearsed(): Finding {
  return {
    code: "standard-unrehearsed",
    path: ["change", "type"],
    message: "A standard change has been rehearsed, and nothing here proves it.",
    hint: "Add `requires` with the environment where this version succeeds first, or write `type: normal`.",
  };
}

function standardIrreversible(name: string, path: Finding["path"]): Finding {
  return {
    code: "standard-irreversible",
    path,
    point: "owner",
    message: `A standard change can be undone, and the step \`${name}\` cannot.`,
    hint: "Give the step an `undo`, or write `type: normal`.",
  };
}

/** It may run at any hour, so one of the security people must have said yes. */
function checkEmergency({ team, approvals }: PlanDocument): Finding[] {
  const security = new Set((team?.security ?? []).map(sameHandle));
  const isTheirs = (handles: readonly string[] | null) =>
    handles?.every((handle) => security.has(handle)) === true;
  if (approvals.some((approval) => isTheirs(listApprovers(approval)))) return [];
  return [
    {
      code: "emergency-without-security",
      path: ["change", "type"],
      message:
        "An emergency may run at any hour, and no approval here is one that only `team.security` can give.",
      hint:
        security.size === 0
          ? "Name people in `team.security`, and the same people under `from` of an approval."
          : "Add an approval whose `from` names nobody but those of `team.security`.",
    },
  ];
}
