import type { Change } from "../change.ts";
import type { Step } from "../schema/apply.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { splitGroups } from "./groups.ts";

/**
 * Targets that are changed together. Blue-green has two with the number 1, one for each group: which
 * of them is idle, and so is changed, shows only when the change starts.
 */
export type BatchMembers = Readonly<{ number: number; group: string | null; targets: readonly string[] }>;

/** What a strategy comes to, as far as its time line goes. */
export type Course = Readonly<{
  strategy: "rolling" | "blue-green" | "big-bang";
  batches: readonly BatchMembers[];
  /** Targets that are changed: all of them, or those of one group. */
  touched: number;
  /** Targets that may be out of service at once, whatever has failed. */
  room: number;
  parallel: number;
  undoParallel: number;
  bakeMs: number;
  /** Blue-green: sends the traffic to the group that was idle. */
  swap: Step | null;
  /** Blue-green: how long the other group stays as it was, after the end. */
  keepMs: number | null;
}>;

/** Linear in the number of targets. */
export function planCourse(plan: PlanDocument, change: Change): Course {
  return plan.strategy["blue-green"] === undefined ? planBatches(change) : planGroups(plan, change);
}

function planBatches({ rollout, rollback, targets }: Change): Course {
  const { strategy, batches, parallel, bakeMs, maxUnavailable, maxFailures } = rollout;
  return {
    strategy,
    batches: batches.map((names, index) => ({ number: index + 1, group: null, targets: names })),
    touched: targets.length,
    // Failed targets stay out of service, and so leave less room for the others.
    room: Math.max(1, maxUnavailable - maxFailures),
    parallel,
    undoParallel: rollback.parallel,
    bakeMs,
    swap: null,
    keepMs: null,
  };
}

/**
 * Nobody is served by the idle group, so all of it may be out of service at once. `change.rollout` is
 * about either group: both are of one size.
 */
function planGroups(plan: PlanDocument, { targets, rollout, rollback }: Change): Course {
  const names = targets.map(({ name }) => name);
  const groups = splitGroups(plan, names);
  const touched = groups[0]?.targets.length ?? 0;
  const settings = plan.strategy["blue-green"];
  return {
    strategy: "blue-green",
    batches: groups.map((group) => ({ number: 1, group: group.name, targets: group.targets })),
    touched,
    room: Math.max(1, touched),
    parallel: rollout.parallel,
    undoParallel: rollback.parallel,
    bakeMs: rollout.bakeMs,
    swap: settings?.switch ?? null,
    keepMs: settings?.keep ?? null,
  };
}
