import type { RolloutRules } from "../../plan/change.ts";
import { type Amount, resolveAmount } from "./amount.ts";

/** Connections and processes cost memory on the runner; whoever wants more says so. */
const PARALLEL_DEFAULT_MAX = 20;

/** What every strategy that changes targets in batches lets the plan set. */
export type Pacing = Readonly<{
  "max-failures"?: number | undefined;
  parallel?: Amount | undefined;
  /** Milliseconds. */
  bake?: number | undefined;
}>;

export function resolvePacing(
  pacing: Pacing,
  batches: RolloutRules["batches"],
): Pick<RolloutRules, "maxFailures" | "parallel" | "bakeMs"> {
  return {
    maxFailures: pacing["max-failures"] ?? 0,
    parallel: resolveParallel(pacing.parallel, batches),
    bakeMs: pacing.bake ?? 0,
  };
}

export function largestBatch(batches: RolloutRules["batches"]): number {
  return batches.reduce((largest, batch) => Math.max(largest, batch.length), 1);
}

function resolveParallel(parallel: Amount | undefined, batches: RolloutRules["batches"]): number {
  if (parallel === undefined) return Math.min(largestBatch(batches), PARALLEL_DEFAULT_MAX);
  return resolveAmount(
    parallel,
    batches.reduce((total, batch) => total + batch.length, 0),
  );
}
