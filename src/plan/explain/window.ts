import type { Interval } from "../../gate/intervals.ts";
import type { Schedule } from "../../gate/schedule.ts";
import { openIntervals } from "../../gate/windows.ts";
import { DAY_MS } from "../../gate/zone.ts";

/** ISO times; null for `closes` where nothing closes it. */
export type WindowExplanation = Readonly<{
  timezone: string;
  opens: string;
  closes: string | null;
  /** Whether the worst case fits between a start at `opens` and `closes`. */
  fits: boolean;
}>;

export type Limits = Readonly<{
  /** Whether any window is open at the moment that was asked about, and no freeze forbids it. */
  isOpen: boolean;
  /** The freeze that forbids it then. */
  freeze: FreezeExplanation | null;
  /** null: no opening within a year. */
  window: WindowExplanation | null;
  /** The last start from which the worst case still fits; null where nothing closes, or nothing fits. */
  latestStart: string | null;
  /** The last moment for a full rollback to end inside the window; null as above. */
  pointOfNoReturn: string | null;
}>;

export type FreezeExplanation = Readonly<{ reason: string | null; ends: string }>;

type Needs = Readonly<{ nowMs: number; worstCaseMs: number; rollbackMs: number }>;

const HORIZON_MS = 366 * DAY_MS;
/** The last moment that a date can hold. */
const DATE_MS_MAX = 8.64e15;

/** The first opening from now on in which the worst case fits, or else the very first. */
export function explainWindow(schedule: Schedule, { nowMs, worstCaseMs, rollbackMs }: Needs): Limits {
  const open = listOpenings(schedule, nowMs);
  const fitting = open.find(({ startMs, endMs }) => endMs - startMs >= worstCaseMs);
  const isOpen = open[0]?.startMs === nowMs;
  const now = { isOpen, freeze: isOpen ? null : findFreeze(schedule, nowMs) };
  const chosen = fitting ?? open[0];
  if (chosen === undefined) return { ...now, window: null, latestStart: null, pointOfNoReturn: null };
  const { startMs, endMs } = chosen;
  const fits = fitting !== undefined;
  return {
    ...now,
    window: {
      timezone: schedule.timezone,
      opens: new Date(startMs).toISOString(),
      closes: isoOf(endMs),
      fits,
    },
    latestStart: fits ? isoOf(endMs - worstCaseMs) : null,
    pointOfNoReturn: endMs - rollbackMs >= startMs ? isoOf(endMs - rollbackMs) : null,
  };
}

/** Infinity ends what nothing closes within the year. */
function listOpenings(schedule: Schedule, nowMs: number): Interval[] {
  const horizonMs = nowMs + HORIZON_MS;
  return openIntervals(schedule, nowMs, horizonMs).map(({ startMs, endMs }) => ({
    startMs,
    endMs: endMs < horizonMs ? endMs : Number.POSITIVE_INFINITY,
  }));
}

function findFreeze({ timezone, freezes }: Schedule, nowMs: number): FreezeExplanation | null {
  for (const freeze of freezes) {
    const alone = { timezone, windows: [], freezes: [freeze] };
    const [next] = openIntervals(alone, nowMs, nowMs + HORIZON_MS);
    if (next?.startMs === nowMs) continue;
    const endsMs = next?.startMs ?? nowMs + HORIZON_MS;
    return { reason: freeze.reason, ends: new Date(endsMs).toISOString() };
  }
  return null;
}

function isoOf(ms: number): string | null {
  return Math.abs(ms) <= DATE_MS_MAX ? new Date(ms).toISOString() : null;
}
