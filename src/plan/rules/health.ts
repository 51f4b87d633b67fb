import type { Finding } from "../finding.ts";
import type { HealthCheck } from "../schema/health.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { printDuration } from "../units.ts";
import { checkLimits } from "./limits.ts";

/** Whether any target can ever pass the health gate, and each check can answer. */
export function checkHealth(plan: PlanDocument): Finding[] {
  const { health } = plan;
  const times = health.checks.length === 0 ? [] : [...checkStable(health), ...checkPasses(health)];
  return [
    ...times,
    ...health.checks.flatMap((check, index) => checkOne(check, index, health.deadline)),
    ...checkLists(plan),
  ];
}

type Health = PlanDocument["health"];

/** Its default never passes the deadline. */
function checkStable({ stable, deadline }: Health): Finding[] {
  if (stable === undefined || stable <= deadline) return [];
  return [
    {
      code: "stable-past-deadline",
      path: ["health", "stable"],
      message: `A target must be healthy for ${printDuration(stable)}, and has failed after ${printDuration(deadline)}: none can pass.`,
      hint: "Make `health.stable` shorter than `health.deadline`, or the deadline longer.",
    },
  ];
}

function checkPasses({ every, pass, deadline }: Health): Finding[] {
  const earliest = (pass - 1) * every;
  if (earliest <= deadline) return [];
  return [
    {
      code: "pass-past-deadline",
      path: ["health", "pass"],
      message: `The ${pass} samples in a row, one every ${printDuration(every)}, take ${printDuration(earliest)}, and a target has failed after ${printDuration(deadline)}: none can pass.`,
      hint: "Lower `health.pass` or `health.every`, or make `health.deadline` longer.",
    },
  ];
}

function checkOne(check: HealthCheck, index: number, deadline: number): Finding[] {
  const path = ["health", "checks", index];
  const found = checkLimits(check, path);
  if (check.timeout !== undefined && check.timeout > deadline) {
    found.push({
      code: "timeout-past-deadline",
      path: [...path, "timeout"],
      message: `One sample of \`${check.name}\` may take ${printDuration(check.timeout)}, longer than the health deadline of ${printDuration(deadline)}.`,
      hint: "Make the timeout shorter than `health.deadline`.",
    });
  }
  if (check.on !== undefined && check.run === undefined) found.push(onWithoutRun(check.name, path));
  if (check.on === "targets" && check.scope === "service") found.push(serviceOnTargets(check.name, path));
  return found;
}

function onWithoutRun(name: string, path: readonly (string | number)[]): Finding {
  return {
    code: "on-without-run",
    path: [...path, "on"],
    point: "owner",
    message: `\`on\` says where a command runs, and the check \`${name}\` runs none.`,
    hint: "Remove `on`; such a check is always asked from the runner.",
  };
}

function serviceOnTargets(name: string, path: readonly (string | number)[]): Finding {
  return {
    code: "service-check-on-targets",
    path: [...path, "on"],
    message: `The check \`${name}\` is asked once for the whole service, so it cannot run on the targets.`,
    hint: "Write `on: runner`, or remove `scope: service`.",
  };
}

function checkLists(plan: PlanDocument): Finding[] {
  return [
    ...plan.preflight.flatMap((check, index) => checkLimits(check, ["preflight", index])),
    ...plan.verify.flatMap((check, index) => checkLimits(check, ["verify", index])),
  ];
}
