import { Temporal } from "temporal-polyfill";
import { refuse } from "./refuse.ts";

/** Far enough for any plan, and no clock or calendar gives out. */
const YEAR_MIN = 1970;
const YEAR_MAX = 9_000;

/** The value of --at: with an offset or `Z` it is that moment, without one it is a reading in `timezone`. */
export function readMoment(text: string, timezone: string): number {
  const moment = parseInstant(text) ?? parseReading(text, timezone);
  const year = moment?.toZonedDateTimeISO("UTC").year ?? 0;
  if (moment === null || year < YEAR_MIN || year > YEAR_MAX) {
    throw refuse(
      `--at ${text} is not a time.`,
      "Write it as 2026-11-27T18:00, or with an offset as 2026-11-27T18:00+09:00.",
    );
  }
  return moment.epochMilliseconds;
}

function parseInstant(text: string): Temporal.Instant | null {
  try {
    return Temporal.Instant.from(text);
  } catch {
    return null;
  }
}

function parseReading(text: string, timezone: string): Temporal.Instant | null {
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timezone).toInstant();
  } catch {
    return null;
  }
}
