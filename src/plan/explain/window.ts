import type { Schedule } from "../../gate/schedule.ts";
import { openIntervals } from "../../gate/windows.ts";

/** ISO times; null for `closes` where nothing closes it. */
export type WindowExplanation = Readonly<{
  timezone: string;
  opens: string;
  closes: string | null;
  /** Whether the worst case fits between a start at `opens` and `closes`. */
  fits: boolean;
}>;

export type Limits = Readonly<{
  /** null: no opening within a year. */
  window: WindowExplanation | null;
  /** The last start from which the worst case still fits; null where nothing closes, or nothing fits. */
  latestStart: string | null;
  /** The last moment for a full rollback to end inside the window; null as above. */
  pointOfNoReturn: string | null;
}>;

type Needs = Readonly<{ nowMs: number; worstCaseMs: number; rollbackMs: number }>;

const HORIZON_MS = 366 * 86_400_000;
/** The last moment that a date can hold. */
const DATE_MS_MAX = 8.64e15;

/** The first opening from now on in which the worst case fits, or else the very first. */
export function explainWindow(schedule: Schedule | null, needs: Needs): Limits {
  const { nowMs, worstCaseMs, rollbackMs } = needs;
  const timezone = schedule?.timezone ?? "UTC";
  const endMs = nowMs + HORIZON_MS;
  const open = openIntervals(schedule ?? { timezone, windows: [], freezes: [] }, nowMs, endMs).map(
    ({ startMs, endMs: closesMs }) => ({
      startMs,
      closesMs: closesMs < endMs ? closesMs : Number.POSITIVE_INFINITY,
    }),
  );
  const fitting = open.find(({ startMs, closesMs }) => closesMs - startMs >= worstCaseMs);
  const chosen = fitting ?? open[0];
  if (chosen === undefined) return { window: null, latestStart: null, pointOfNoReturn: null };
  const { startMs, closesMs } = chosen;
  const fits = fitting !== undefined;
  return {
    window: { timezone, opens: new Date(startMs).toISOString(), closes: isoOf(closesMs), fits },
    latestStart: fits ? isoOf(closesMs - worstCaseMs) : null,
    pointOfNoReturn: closesMs - rollbackMs >= startMs ? isoOf(closesMs - rollbackMs) : null,
  };
}

function isoOf(ms: number): string | null {
  return Math.abs(ms) <= DATE_MS_MAX ? new Date(ms).toISOString() : null;
}
