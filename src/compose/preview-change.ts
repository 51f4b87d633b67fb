import type { Change } from "../plan/change.ts";
import { checkAgainstTime } from "../plan/check-against-time.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { checkTargets } from "../plan/resolve.ts";
import { resolvePlan } from "../plan/resolve-plan.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";
import { digestOf, type LoadRequest, loadPlan } from "./load-plan.ts";

/**
 * `change` is null where a command lists the targets: what it will print is not known yet. Where `ok` is
 * true, an error among the issues says that the plan is right and its time is not.
 */
export type Preview = Readonly<{ planText: string; issues: readonly PlanIssue[] }> &
  (Readonly<{ ok: true; plan: PlanDocument; change: Change | null }> | Readonly<{ ok: false }>);

/**
 * The change that any valid plan stands for, to check and to explain it: also where this version does
 * not carry out all of it. Runs no command. Throws PLAN_UNREADABLE for a missing file.
 */
export async function previewChange(request: LoadRequest, nowMs: number): Promise<Preview> {
  const loaded = await loadPlan(request);
  if (!loaded.ok) return loaded;
  const { plan, planText, inputs } = loaded;
  if (isListedByCommand(plan)) return { ok: true, plan, planText, change: null, issues: loaded.issues };
  const { targets, version, environment } = inputs;
  const found = [...loaded.issues, ...checkTargets(plan, targets)];
  if (hasErrors(found)) return { ok: false, planText, issues: found };
  const issues = [...found, ...checkAgainstTime(plan, nowMs, targets)];
  const digest = digestOf(plan, inputs);
  const change = resolvePlan(plan, { targets, version, environment, digest });
  return { ok: true, plan, planText, change, issues };
}

export function hasErrors(issues: readonly PlanIssue[]): boolean {
  return issues.some(({ severity }) => severity === "error");
}

function isListedByCommand({ targets }: PlanDocument): boolean {
  return [targets, ...Object.values(targets.groups ?? {})].some(({ run }) => run !== undefined);
}
