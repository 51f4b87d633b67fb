import { clipIntervals, type Interval, mergeIntervals, subtractIntervals } from "./intervals.ts";
import { listOccurrences, type Occurrence } from "./occurrences.ts";
import type { Schedule } from "./schedule.ts";
import { DAY_MS, firstMoment, lastMoment, readZone, type Zone } from "./zone.ts";

/** No change is planned further ahead, and it bounds the work of a question. */
const SPAN_MS_MAX = 3_660 * DAY_MS;
/** What stays open for so long is open without end, as far as a change is concerned. */
const LOOKAHEAD_MS = 366 * DAY_MS;
/** How long one reading of the calendar answers questions that look a year ahead. */
const AHEAD_MS = 31 * DAY_MS;

/** When the change may run, within the range (of at most ten years): in order, none adjoining the next. */
export function openIntervals(schedule: Schedule, fromMs: number, toMs: number): Interval[] {
  const range = { startMs: fromMs, endMs: Math.min(toMs, fromMs + SPAN_MS_MAX) };
  const zone = readZone(schedule.timezone, range);
  const occurrences = listOccurrences(schedule, range);
  const windows = occurrences.filter(({ list }) => list === "windows").map((one) => momentsOf(zone, one));
  const freezes = occurrences.filter(({ list }) => list === "freezes").map((one) => momentsOf(zone, one));
  const open = schedule.windows.length === 0 ? [range] : mergeIntervals(clipIntervals(windows, range));
  return subtractIntervals(open, mergeIntervals(freezes));
}

export function isOpen(schedule: Schedule, nowMs: number): boolean {
  return firstOpen(schedule, nowMs, nowMs + 1) !== null;
}

/** The first moment from now on at which it is open; null when there is none for the next `horizonMs`. */
export function nextOpening(schedule: Schedule, nowMs: number, horizonMs: number): number | null {
  return firstOpen(schedule, nowMs, nowMs + horizonMs)?.startMs ?? null;
}

/** How long it stays open: 0 when it is closed, Infinity when nothing closes it for a year. */
export function remainingMs(schedule: Schedule, nowMs: number): number {
  const first = firstOpen(schedule, nowMs, nowMs + LOOKAHEAD_MS);
  if (first === null || first.startMs > nowMs) return 0;
  return first.endMs >= nowMs + LOOKAHEAD_MS ? Number.POSITIVE_INFINITY : first.endMs - nowMs;
}

type Calendar = Readonly<{ fromMs: number; toMs: number; open: readonly Interval[] }>;

/** By schedule, what was read last: the engine asks at every turn, and a reading takes a fifth of a millisecond. */
const CALENDARS = new WeakMap<Schedule, Calendar>();

/** The first of the intervals within the range, cut to it. */
function firstOpen(schedule: Schedule, fromMs: number, toMs: number): Interval | null {
  const endMs = Math.min(toMs, fromMs + SPAN_MS_MAX);
  const next = calendarOf(schedule, fromMs, endMs).open.find((one) => one.endMs > fromMs);
  if (next === undefined || next.startMs >= endMs) return null;
  return { startMs: Math.max(next.startMs, fromMs), endMs: Math.min(next.endMs, endMs) };
}

function calendarOf(schedule: Schedule, fromMs: number, toMs: number): Calendar {
  const known = CALENDARS.get(schedule);
  if (known !== undefined && known.fromMs <= fromMs && toMs <= known.toMs) return known;
  const endMs = Math.min(Math.max(toMs, fromMs + LOOKAHEAD_MS) + AHEAD_MS, fromMs + SPAN_MS_MAX);
  const read = { fromMs, toMs: endMs, open: openIntervals(schedule, fromMs, endMs) };
  CALENDARS.set(schedule, read);
  return read;
}

/**
 * The last moment at which a full rollback still ends inside the window; it may be past. Infinity
 * when nothing closes the window, -Infinity when it is closed now.
 */
export function pointOfNoReturn(schedule: Schedule, nowMs: number, rollbackMs: number): number {
  const leftMs = remainingMs(schedule, nowMs);
  return leftMs === 0 ? Number.NEGATIVE_INFINITY : nowMs + leftMs - rollbackMs;
}

/** Always towards "closed": see Schedule. Empty, or worse, where daylight saving makes a window vanish. */
export function momentsOf(zone: Zone, { list, fromMs, toMs }: Occurrence): Interval {
  return list === "windows"
    ? { startMs: lastMoment(zone, fromMs), endMs: firstMoment(zone, toMs) }
    : { startMs: firstMoment(zone, fromMs), endMs: lastMoment(zone, toMs) };
}
