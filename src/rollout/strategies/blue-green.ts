import type { BlueGreen, RolloutRules } from "../../plan/change.ts";
import { type Pacing, resolvePacing } from "./pacing.ts";

export type BlueGreenSettings = Pacing & Omit<BlueGreen, "groups">;

/**
 * The idle group is one batch: nobody is served by it, so all of it may be out of service at once. Which
 * group that is shows at the start; until then the first one stands for it, as both are of one size.
 */
export function resolveBlueGreen(settings: BlueGreenSettings, groups: BlueGreen["groups"]): RolloutRules {
  const idle = groups[0]?.targets ?? [];
  const batches = idle.length === 0 ? [] : [idle];
  const { active, switch: swap, keepMs } = settings;
  return {
    strategy: "blue-green",
    batches,
    maxUnavailable: Math.max(1, idle.length),
    ...resolvePacing(settings, batches),
    blueGreen: { active, switch: swap, keepMs, groups },
  };
}
