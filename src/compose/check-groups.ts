import type { Target } from "../plan/change.ts";
import { canonicalHost } from "../plan/host-text.ts";
import type { PlanIssue } from "../plan/issue.ts";
import { placeInPlan } from "../plan/places.ts";
import type { PlanDocument } from "../plan/schema/plan.ts";

export type FoundGroup = Readonly<{ name: string; targets: readonly Target[] }>;

/** What the parser has seen to for groups that stand in the plan, for those of files. */
export function checkGroupFiles(plan: PlanDocument, groups: readonly FoundGroup[]): PlanIssue[] {
  const [first, second] = groups;
  if (first === undefined || second === undefined) return [];
  const shared = findShared(first.targets, second.targets);
  if (shared !== null) {
    return [
      placeInPlan(plan, {
        code: "groups-overlap",
        path: ["targets", "groups", second.name],
        point: "owner",
        message: `The target ${JSON.stringify(shared.name)}, or its address, is also in the group \`${first.name}\`.`,
        hint: "Each target belongs to one group: while one of them changes, the other serves.",
      }),
    ];
  }
  if (first.targets.length === second.targets.length) return [];
  return [
    placeInPlan(plan, {
      code: "groups-differ-in-size",
      path: ["targets", "groups", second.name],
      point: "owner",
      message: `\`${first.name}\` has ${first.targets.length} targets and \`${second.name}\` has ${second.targets.length}: either must be able to carry the whole service.`,
      hint: "Give both groups as many targets.",
    }),
  ];
}

function findShared(one: readonly Target[], other: readonly Target[]): Target | null {
  const names = new Set(one.map(({ name }) => name));
  const hosts = new Set(one.map(({ host }) => canonicalHost(host)));
  return other.find(({ name, host }) => names.has(name) || hosts.has(canonicalHost(host))) ?? null;
}
