import { Temporal } from "temporal-polyfill";
import type { Interval } from "./intervals.ts";
import type { Freeze, Schedule, ScheduleWindow } from "./schedule.ts";
import { DAY_MS } from "./zone.ts";

/**
 * One time that a window or a freeze applies, in readings of the clock on the wall: milliseconds
 * since 1970-01-01T00:00 on that clock, which have no offset and count 24 hours every day.
 */
export type Occurrence = Readonly<{
  list: "windows" | "freezes";
  /** In that list. */
  index: number;
  fromMs: number;
  toMs: number;
}>;

/** Every occurrence that may touch the range, and some around it. */
export function listOccurrences(schedule: Schedule, range: Interval): Occurrence[] {
  const windows = schedule.windows.flatMap((window, index) =>
    windowReadings(window, range).map((readings) => ({ list: "windows" as const, index, ...readings })),
  );
  const freezes = schedule.freezes.map((freeze, index) => ({
    list: "freezes" as const,
    index,
    ...absoluteReadings(freeze),
  }));
  return [...windows, ...freezes];
}

/** The reading as the plan would write it. */
export function formatReading(readingMs: number): string {
  const reading = Temporal.Instant.fromEpochMilliseconds(readingMs)
    .toZonedDateTimeISO("UTC")
    .toPlainDateTime();
  return reading.toString({ smallestUnit: reading.second === 0 ? "minute" : "second" });
}

type Readings = Pick<Occurrence, "fromMs" | "toMs">;

function windowReadings(window: ScheduleWindow, range: Interval): Readings[] {
  if (window.kind === "absolute") return [absoluteReadings(window)];
  const fromMs = timeOfDayMs(window.from);
  const toMs = timeOfDayMs(window.to);
  const closesMs = toMs > fromMs ? toMs : toMs + DAY_MS;
  // The local date is at most one off the UTC date, and a window may have started on the date before.
  const firstDay = Math.floor(range.startMs / DAY_MS) - 2;
  const lastDay = Math.floor(range.endMs / DAY_MS) + 1;
  const readings: Readings[] = [];
  for (let day = firstDay; day <= lastDay; day += 1) {
    if (!window.days.some((weekday) => weekday === weekdayOf(day))) continue;
    readings.push({ fromMs: day * DAY_MS + fromMs, toMs: day * DAY_MS + closesMs });
  }
  return readings;
}

function absoluteReadings({ from, to }: Pick<Freeze, "from" | "to">): Readings {
  return { fromMs: readingMsOf(from), toMs: readingMsOf(to) };
}

function readingMsOf(text: string): number {
  return Temporal.PlainDateTime.from(text).toZonedDateTime("UTC").epochMilliseconds;
}

function timeOfDayMs(text: string): number {
  return Temporal.PlainTime.from(text).since("00:00").total("milliseconds");
}

/** Day 0, 1970-01-01, was a Thursday. */
function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1;
}
