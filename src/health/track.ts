import type { HealthRules } from "../plan/change.ts";
import type { Measurement } from "../rollout/event-parts.ts";

export type Verdict = Measurement["verdict"];

/** What is known of one target's health. */
export type Track = Readonly<{
  /** Three answers, not two: a target that nobody could reach is neither healthy nor proven sick. */
  verdict: Verdict;
  /** Healthy samples in a row, and the time of the first of them. */
  streak: number;
  streakSinceMs: number;
}>;

export const UNKNOWN_TRACK: Track = { verdict: "unknown", streak: 0, streakSinceMs: 0 };

/** One round of checks is as good as its worst answer; without an answer nothing is known. */
export function assess(round: readonly Measurement[]): Verdict {
  if (round.some((sample) => sample.verdict === "unhealthy")) return "unhealthy";
  const known = round.length > 0 && round.every((sample) => sample.verdict === "healthy");
  return known ? "healthy" : "unknown";
}

/**
 * Healthy takes `pass` healthy rounds in a row and `stable` time since the first of them; any other
 * answer counts at once and starts the row anew.
 */
export function observe(
  track: Track,
  round: readonly Measurement[],
  at: Readonly<{ nowMs: number; rules: HealthRules }>,
): Track {
  const answer = assess(round);
  if (answer !== "healthy") return { verdict: answer, streak: 0, streakSinceMs: 0 };
  const streak = track.streak + 1;
  const streakSinceMs = track.streak === 0 ? at.nowMs : track.streakSinceMs;
  const isSettled = streak >= at.rules.pass && at.nowMs - streakSinceMs >= at.rules.stableMs;
  const verdict = isSettled || track.verdict === "healthy" ? "healthy" : "unknown";
  return { verdict, streak, streakSinceMs };
}
