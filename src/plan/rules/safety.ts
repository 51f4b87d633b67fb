import type { Finding } from "../finding.ts";
import type { PlanDocument } from "../schema/plan.ts";

/** What nobody would like to find out during a rollback. */
export function warnOfSafety(plan: PlanDocument): Finding[] {
  return [...warnOfRisk(plan), ...warnOfBlindRollback(plan), ...warnOfBackups(plan)];
}

function warnOfRisk({ change, backups }: PlanDocument): Finding[] {
  if (change.risk !== "high" || backups.length > 0) return [];
  return [
    {
      code: "no-backup",
      severity: "warning",
      path: ["change", "risk"],
      message: "The risk is high, and the plan makes no backup.",
      hint: "Add a backup with `run`, `verify`, `keep`, `fetch` and `restore` to `backups`.",
    },
  ];
}

function warnOfBlindRollback({ targets, health }: PlanDocument): Finding[] {
  if (targets.version !== undefined || health.checks.length > 0) return [];
  return [
    {
      code: "rollback-unverified",
      severity: "warning",
      path: ["targets"],
      point: "owner",
      message: "After a rollback nothing would show that the targets are as they were.",
      hint: "Add `targets.version`, a check to `health.checks`, or both.",
    },
  ];
}

/** Another runner, or this one after a crash, can restore only what it can fetch. */
function warnOfBackups({ backups }: PlanDocument): Finding[] {
  return backups.flatMap(({ name, keep, fetch }, index) => {
    if (keep !== undefined && fetch !== undefined) return [];
    const missing = [...(keep === undefined ? ["keep"] : []), ...(fetch === undefined ? ["fetch"] : [])];
    return [
      {
        code: "backup-on-runner-only",
        severity: "warning" as const,
        path: ["backups", index],
        point: "owner" as const,
        message:
          keep === undefined
            ? `The backup \`${name}\` stays on the runner's disk, and is lost with it.`
            : `The backup \`${name}\` is kept elsewhere, and no other runner could get it back from there.`,
        hint: `Add ${missing.map((key) => `\`${key}\``).join(" and ")}.`,
      },
    ];
  });
}
