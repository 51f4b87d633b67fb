import { Temporal } from "temporal-polyfill";
import { ChangeError } from "../errors.ts";
import type { Interval } from "./intervals.ts";

/** A stretch of time with one offset; `readingMs` is the moment plus the offset. */
type Regime = Interval & Readonly<{ offsetMs: number }>;

/** The offsets of a time zone around a range of time, oldest first, without a hole. */
export type Zone = readonly Regime[];

export const DAY_MS = 86_400_000;
/** Further than a reading and its moment can lie apart, plus the longest weekly window. */
const MARGIN_MS = 5 * DAY_MS;
/** No zone changes its offset more often, not even where Ramadan suspends daylight saving. */
const REGIMES_MAX = 1_000;

export function isTimeZone(timezone: string): boolean {
  try {
    new Temporal.ZonedDateTime(0n, timezone);
    return true;
  } catch {
    return false;
  }
}

/** The offsets in force within the range and some days around it. */
export function readZone(timezone: string, range: Interval): Zone {
  const endMs = range.endMs + MARGIN_MS;
  let at = zonedAt(timezone, range.startMs - MARGIN_MS);
  const regimes: Regime[] = [];
  let startMs = Number.NEGATIVE_INFINITY;
  while (regimes.length < REGIMES_MAX) {
    const next = at.getTimeZoneTransition("next");
    const last = next === null || next.epochMilliseconds > endMs;
    const untilMs = last ? Number.POSITIVE_INFINITY : next.epochMilliseconds;
    regimes.push({ startMs, endMs: untilMs, offsetMs: at.offsetNanoseconds / 1_000_000 });
    if (last) break;
    startMs = untilMs;
    at = next;
  }
  return regimes;
}

/** The first moment at which the clock shows this reading or a later one. */
export function firstMoment(zone: Zone, readingMs: number): number {
  const regime = zone.find(({ endMs, offsetMs }) => endMs + offsetMs > readingMs);
  return regime === undefined
    ? Number.POSITIVE_INFINITY
    : Math.max(readingMs - regime.offsetMs, regime.startMs);
}

/** The moment from which on the clock shows only this reading and later ones. */
export function lastMoment(zone: Zone, readingMs: number): number {
  const regime = zone.findLast(({ startMs, offsetMs }) => startMs + offsetMs < readingMs);
  return regime === undefined
    ? Number.NEGATIVE_INFINITY
    : Math.min(readingMs - regime.offsetMs, regime.endMs);
}

/** How often the clock shows a reading. */
export function classifyReading(zone: Zone, readingMs: number): "once" | "skipped" | "repeated" {
  const showing = zone.filter(
    ({ startMs, endMs, offsetMs }) => startMs + offsetMs <= readingMs && readingMs < endMs + offsetMs,
  );
  if (showing.length === 0) return "skipped";
  return showing.length === 1 ? "once" : "repeated";
}

function zonedAt(timezone: string, ms: number): Temporal.ZonedDateTime {
  try {
    return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(timezone);
  } catch (cause) {
    throw new ChangeError("PLAN_INVALID", `There is no time zone ${JSON.stringify(timezone)}.`, {
      cause,
      hint: "Use an IANA name such as Asia/Seoul.",
    });
  }
}
