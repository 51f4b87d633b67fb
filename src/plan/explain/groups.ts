import type { PlanDocument } from "../schema/plan.ts";

export type GroupSource = NonNullable<PlanDocument["targets"]["groups"]>[string];
export type Group = Readonly<{ name: string; targets: readonly string[] }>;

/** By name, so that the order of the plan's keys, which means nothing, changes nothing. */
export function listGroupSources({ targets }: PlanDocument): (readonly [string, GroupSource])[] {
  return Object.entries(targets.groups ?? {}).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** The groups of a change whose targets are listed group after group. Groups are of one size. */
export function splitGroups(plan: PlanDocument, targetNames: readonly string[]): Group[] {
  const sources = listGroupSources(plan);
  const size = Math.ceil(targetNames.length / Math.max(1, sources.length));
  return sources.map(([name], index) => ({
    name,
    targets: targetNames.slice(index * size, (index + 1) * size),
  }));
}
