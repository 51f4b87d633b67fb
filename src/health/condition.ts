import type { Check, Condition } from "../plan/change.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import type { Answer } from "./hold.ts";

type CheckCondition = Extract<Condition, { kind: "check" }>;

/**
 * Whether a sample breaks the trigger's own limits, is worse than its baseline by so much, or, where the
 * trigger names neither, is unhealthy. What was not measured is unknown, never zero.
 */
export function answerOf(
  condition: CheckCondition,
  { verdict, value }: Pick<Measurement, "verdict" | "value">,
  { check, baseline }: Readonly<{ check: Pick<Check, "above">; baseline: number | null }>,
): Answer {
  const { above, below, worseBy } = condition;
  if (above === null && below === null && worseBy === null) return ANSWERS[verdict];
  if (value === null) return "unknown";
  if (worseBy !== null && baseline === null) return "unknown";
  const isBeyond = (above !== null && value > above) || (below !== null && value < below);
  const isWorse = worseBy !== null && isWorseBy(value, { baseline: baseline!, worseBy, check });
  return isBeyond || isWorse ? "breach" : "good";
}

const ANSWERS = { healthy: "good", unhealthy: "breach", unknown: "unknown" } as const;

type Comparison = Readonly<{ baseline: number; worseBy: number; check: Pick<Check, "above"> }>;

/** Where the check wants more, less is worse; otherwise more is. */
function isWorseBy(value: number, { baseline, worseBy, check }: Comparison): boolean {
  const share = worseBy / 100;
  const tolerated = Math.abs(baseline) * share;
  return check.above === null ? value > baseline + tolerated : value < baseline - tolerated;
}
