import type { Target } from "./change.ts";
import { listGroupSources } from "./explain/groups.ts";
import { expandHosts } from "./hosts.ts";
import type { PlanDocument } from "./schema/plan.ts";

/** Several rules ask for the same list, which may hold a hundred thousand. */
const expanded = new WeakMap<PlanDocument, readonly Target[] | null>();

/**
 * The targets that the plan names itself, in its order; of groups, one after the other. null where a file or a
 * command names them, and where the list has a fault.
 */
export function listPlanTargets(plan: PlanDocument): readonly Target[] | null {
  const known = expanded.get(plan);
  if (known !== undefined) return known;
  const targets = expandAll(plan);
  expanded.set(plan, targets);
  return targets;
}

function expandAll(plan: PlanDocument): readonly Target[] | null {
  const groups = listGroupSources(plan).map(([, source]) => source);
  const sources = plan.targets.groups === undefined ? [plan.targets] : groups;
  const entries = sources.flatMap(({ hosts }) => hosts ?? []);
  if (sources.some(({ hosts }) => hosts === undefined)) return null;
  const result = expandHosts(entries);
  return result.ok ? result.targets : null;
}
