import { type Interval, mergeIntervals, subtractIntervals } from "../../gate/intervals.ts";
import { listOccurrences } from "../../gate/occurrences.ts";
import type { Schedule, ScheduleWindow } from "../../gate/schedule.ts";
import { momentsOf, openIntervals } from "../../gate/windows.ts";
import { DAY_MS, readZone } from "../../gate/zone.ts";

type Absolute = Extract<ScheduleWindow, { kind: "absolute" }>;

type DatedWindow = Readonly<{
  /** In the schedule's list. */
  index: number;
  /** Empty where daylight saving swallows the window. */
  moments: Interval;
  /** What the freezes leave of it. */
  open: readonly Interval[];
}>;

/** No plan looks further ahead, and it bounds the work. */
const SPAN_MS = 3_660 * DAY_MS;

/** The windows that have dates, with all that can be said of them whatever the time is. */
export function listDatedWindows(schedule: Schedule): DatedWindow[] {
  const dated = schedule.windows.flatMap((window, index) =>
    window.kind === "absolute" ? [{ window, index }] : [],
  );
  const range = rangeOf(dated.map(({ window }) => window));
  if (range === null) return [];
  const zone = readZone(schedule.timezone, range);
  const absolute = { ...schedule, windows: dated.map(({ window }) => window) };
  const listed = listOccurrences(absolute, range).map((occurrence) => ({
    ...occurrence,
    moments: momentsOf(zone, occurrence),
  }));
  const frozen = mergeIntervals(
    listed.filter(({ list }) => list === "freezes").map(({ moments }) => moments),
  );
  return listed
    .filter(({ list }) => list === "windows")
    .map(({ index, moments }) => ({
      index: dated[index]?.index ?? index,
      moments,
      open: subtractIntervals(mergeIntervals([moments]), frozen),
    }));
}

/** A week of any year, without a zone's accidents: what a weekly window is like on most days. */
const WEEKS: Interval = { startMs: 0, endMs: 28 * DAY_MS };

/** The longest time for which the windows stay open, or null where nothing closes them. */
export function longestOpeningMs(schedule: Schedule): number | null {
  if (schedule.windows.length === 0) return null;
  const dated = mergeIntervals(listDatedWindows(schedule).flatMap(({ open }) => open));
  const weekly = openIntervals(
    { timezone: "UTC", windows: schedule.windows.filter(({ kind }) => kind === "weekly"), freezes: [] },
    WEEKS.startMs,
    WEEKS.endMs,
  );
  const repeating = schedule.windows.some(({ kind }) => kind === "weekly") ? weekly : [];
  if (repeating.some((interval) => lengthOf(interval) === lengthOf(WEEKS))) return null;
  return Math.max(0, ...[...dated, ...repeating].map(lengthOf));
}

function lengthOf({ startMs, endMs }: Interval): number {
  return endMs - startMs;
}

/** The readings, with more than a day around them for whatever offset the zone has. */
function rangeOf(windows: readonly Absolute[]): Interval | null {
  if (windows.length === 0) return null;
  const startMs = Math.min(...windows.map(({ from }) => Date.parse(`${from}Z`))) - 2 * DAY_MS;
  const endMs = Math.max(...windows.map(({ to }) => Date.parse(`${to}Z`))) + 2 * DAY_MS;
  return { startMs, endMs: Math.min(endMs, startMs + SPAN_MS) };
}
