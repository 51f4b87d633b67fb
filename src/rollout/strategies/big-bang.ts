import type { RolloutRules } from "../../plan/change.ts";
import { type Pacing, resolvePacing } from "./pacing.ts";

/** All targets at once: the planned downtime is the price, so every target may be unavailable. */
export function resolveBigBang(settings: Pacing, targetNames: readonly string[]): RolloutRules {
  const batches = targetNames.length === 0 ? [] : [targetNames];
  return {
    strategy: "big-bang",
    batches,
    maxUnavailable: Math.max(1, targetNames.length),
    ...resolvePacing(settings, batches),
    blueGreen: null,
  };
}
