import { ChangeError } from "../../errors.ts";
import type { RolloutRules } from "../../plan/change.ts";
import { type Amount, resolveAmount } from "./amount.ts";
import { largestBatch, type Pacing, resolvePacing } from "./pacing.ts";

export type RollingSettings = Pacing &
  Readonly<{
    /** Sizes, of all targets; the last entry repeats and the final batch takes what is left. */
    batches: readonly Amount[];
    "max-unavailable"?: Amount | undefined;
  }>;

export function resolveRolling(settings: RollingSettings, targetNames: readonly string[]): RolloutRules {
  const batches = cutBatches(settings.batches, targetNames);
  const limit = settings["max-unavailable"];
  return {
    strategy: "rolling",
    batches,
    maxUnavailable: limit === undefined ? largestBatch(batches) : resolveAmount(limit, targetNames.length),
    ...resolvePacing(settings, batches),
    blueGreen: null,
  };
}

function cutBatches(sizes: readonly Amount[], names: readonly string[]): readonly (readonly string[])[] {
  const batches: (readonly string[])[] = [];
  // Every batch takes at least one target, so this ends after as many turns as there are targets.
  for (let start = 0; start < names.length; ) {
    const size = resolveAmount(sizeAt(sizes, batches.length), names.length);
    batches.push(names.slice(start, start + size));
    start += size;
  }
  return batches;
}

function sizeAt(sizes: readonly Amount[], index: number): Amount {
  const size = sizes[Math.min(index, sizes.length - 1)];
  if (size !== undefined) return size;
  throw new ChangeError("PLAN_INVALID", "The rolling strategy names no batch.", {
    hint: "Give `batches` at least one size, such as [1, 10%, 30%].",
  });
}
