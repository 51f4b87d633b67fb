import { resolveAmount } from "../../rollout/strategies/amount.ts";
import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import { listPlanTargets } from "../plan-targets.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { maxUnavailable, type Rolling } from "./strategy.ts";

/** Whether the strategy fits the kind of change: what people should know before they approve it. */
export function warnOfStrategy(plan: PlanDocument): Finding[] {
  const targets = listPlanTargets(plan);
  const { "blue-green": blueGreen, "big-bang": bigBang } = plan.strategy;
  return [
    ...(targets === null || targets.length === 0 ? [] : warnOfCounts(plan, targets.length)),
    ...(blueGreen?.bake === 0 ? [noBake("blue-green", "the change counts as done at the switch")] : []),
    ...(bigBang !== undefined && !hasPlannedDowntime(plan) ? [downtimeUnplanned()] : []),
  ];
}

/** Of so many targets; for those that the plan does not name, once they are known. */
export function warnOfCounts(plan: PlanDocument, total: number): Finding[] {
  const { change, strategy } = plan;
  const { rolling, "big-bang": bigBang } = strategy;
  if (rolling !== undefined) return warnOfRolling(plan, rolling, total);
  return bigBang !== undefined && change.type === "emergency" && total > 1 ? [emergencyAtOnce(total)] : [];
}

function warnOfRolling(plan: PlanDocument, rolling: Rolling, total: number): Finding[] {
  if (total === 1) return [rollingOne()];
  const first = resolveAmount(rolling.batches[0] ?? { count: total }, total);
  const hasSeveral = first < total;
  const stopsAll = maxUnavailable(rolling, total) === total && plan.schedule?.budgets.apply === undefined;
  return [
    ...(first * 2 > total ? [firstBatchLarge(first, total)] : []),
    ...(hasSeveral && stopsAll ? [rollingAll(total)] : []),
    ...(hasSeveral && rolling.bake === 0 ? [noBake("rolling", "each batch is followed at once")] : []),
  ];
}

/** The apply budget is the downtime that people are told of; a window announces it as well. */
function hasPlannedDowntime({ schedule }: PlanDocument): boolean {
  return (schedule?.windows.length ?? 0) > 0 || schedule?.budgets.apply !== undefined;
}

function firstBatchLarge(first: number, total: number): Finding {
  return {
    code: "first-batch-large",
    severity: "warning",
    path: ["strategy", "rolling", "batches", 0],
    message: `The first batch takes ${first} of ${total} targets: a fault would show on most of them at once.`,
    hint: "Begin with a few targets, such as [1, 10%, 30%].",
  };
}

function noBake(strategy: "rolling" | "blue-green", consequence: string): Finding {
  return {
    code: "no-bake",
    severity: "warning",
    path: ["strategy", strategy, "bake"],
    message: `Nothing is watched for longer than a health check takes: ${consequence}.`,
    hint: "Add `bake`, such as `bake: 5m`, so that slow faults show in time.",
  };
}

function rollingAll(total: number): Finding {
  return {
    ...misfit(["strategy", "rolling", "max-unavailable"]),
    message: `A rolling change keeps the service going, and here all ${total} targets may be out of service at once.`,
    hint: "Lower `max-unavailable`, or plan the downtime with `schedule.budgets.apply`.",
  };
}

function rollingOne(): Finding {
  return {
    ...misfit(["strategy", "rolling"]),
    point: "owner",
    message: "One target cannot be rolled: while it changes, the service is down.",
    hint: "Write `big-bang: {}` and plan the downtime, or name a second target.",
  };
}

function emergencyAtOnce(total: number): Finding {
  return {
    ...misfit(["strategy", "big-bang"]),
    point: "owner",
    message: `An emergency change may run at any hour, and this one takes all ${total} targets out of service at once.`,
    hint: "Write `rolling` with small batches, so that the service goes on.",
  };
}

function misfit(path: PlanPath): Pick<Finding, "code" | "severity" | "path"> {
  return { code: "strategy-misfit", severity: "warning", path };
}

function downtimeUnplanned(): Finding {
  return {
    code: "downtime-unplanned",
    severity: "warning",
    path: ["strategy", "big-bang"],
    point: "owner",
    message: "All targets are out of service at once, and nothing says when or for how long.",
    hint: "Add `schedule.windows`, or `schedule.budgets.apply` with the downtime that people are told of.",
  };
}
