import type { Finding } from "../finding.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { listSteps } from "../steps.ts";

/** What cannot be undone needs something to fall back on. Backups run before every step. */
export function checkIrreversible(plan: PlanDocument): Finding[] {
  if (plan.backups.some((backup) => backup.verify !== undefined)) return [];
  const reason =
    plan.backups.length === 0 ? "the plan makes no backup" : "no backup of the plan has a `verify`";
  return listSteps(plan)
    .filter(({ step, scope }) => step.irreversible && scope !== "switch")
    .map(({ name, path }) => ({
      code: "irreversible-without-backup",
      path: [...path, "irreversible"],
      point: "owner",
      message: `The step \`${name}\` is irreversible, and ${reason}.`,
      hint: "Add a backup with `run` and `verify` to `backups`, or give the step an `undo`.",
    }));
}
