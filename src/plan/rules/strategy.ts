import { resolveAmount, shareOf } from "../../rollout/strategies/amount.ts";
import type { Finding } from "../finding.ts";
import { listPlanTargets } from "../plan-targets.ts";
import type { PlanDocument } from "../schema/plan.ts";

/** For targets that the plan names itself; the others are counted when they are known. */
export function checkStrategy(plan: PlanDocument): Finding[] {
  const targets = listPlanTargets(plan);
  return targets === null || targets.length === 0 ? [] : checkCounts(plan, targets.length);
}

/** Whether the strategy's numbers let a change of so many targets begin, fail and go on. */
export function checkCounts({ strategy }: PlanDocument, total: number): Finding[] {
  const { rolling, "blue-green": blueGreen, "big-bang": bigBang } = strategy;
  if (bigBang !== undefined) return checkFailures(bigBang["max-failures"], total, "big-bang");
  if (blueGreen !== undefined) {
    return checkFailures(blueGreen["max-failures"], Math.ceil(total / 2), "blue-green");
  }
  if (rolling === undefined) return [];
  const limit = rolling["max-unavailable"];
  if (limit !== undefined && "percent" in limit && shareOf(limit.percent, total) === 0) {
    return [unavailableNone(limit.percent, total)];
  }
  return checkFailures(rolling["max-failures"], maxUnavailable(rolling, total), "rolling");
}

export type Rolling = NonNullable<PlanDocument["strategy"]["rolling"]>;
type Name = "rolling" | "blue-green" | "big-bang";

/** The most targets that may be out of service at once. */
export function maxUnavailable({ batches, "max-unavailable": limit }: Rolling, total: number): number {
  if (limit !== undefined) return resolveAmount(limit, total);
  return batches.reduce((largest, size) => Math.max(largest, resolveAmount(size, total)), 1);
}

function unavailableNone(percent: number, total: number): Finding {
  return {
    code: "max-unavailable-none",
    path: ["strategy", "rolling", "max-unavailable"],
    message: `${percent}% of ${total} targets, rounded down, is none: no target could ever be changed.`,
    hint: `Write a number from 1, or at least ${Math.ceil((100 / total) * 100) / 100}%.`,
  };
}

/** Failed targets stay unavailable, so as many of them as may be unavailable leave none to change. */
function checkFailures(failures: number, unavailable: number, strategy: Name): Finding[] {
  if (failures < unavailable) return [];
  const lower = `Write at most ${unavailable - 1}`;
  return [
    {
      code: "max-failures-unreachable",
      path: ["strategy", strategy, "max-failures"],
      message: `Failed targets stay unavailable, and only ${unavailable} may be: the change could never go on after ${failures} failures.`,
      hint: strategy === "rolling" ? `${lower}, or raise \`max-unavailable\`.` : `${lower}.`,
    },
  ];
}
