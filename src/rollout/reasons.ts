import type { Measurement } from "./event-parts.ts";

/** The longest reason that decide writes; events take no more than DETAIL_CHARS_MAX. */
const REASON_CHARS_MAX = 1_000;

export function boundReason(text: string): string {
  return text.length <= REASON_CHARS_MAX ? text : `${text.slice(0, REASON_CHARS_MAX - 1)}…`;
}

/** `: check: detail` of the first sample that is not healthy, to be put behind a sentence. */
export function firstSickness(measurements: readonly Measurement[]): string {
  const bad = measurements.find((sample) => sample.verdict !== "healthy");
  return bad === undefined ? "" : `: ${bad.check}: ${bad.detail}`;
}

export function countTargets(count: number): string {
  return count === 1 ? "1 target" : `${count} targets`;
}
