import type { Schedule, ScheduleWindow } from "../../src/gate/schedule.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** What the clock on the wall shows, minute by minute, by the runtime's own calendar and not by ours. */
export function readWallClock(timezone: string, fromMs: number, minutes: number): number[] {
  const numbers = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  } as const;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: timezone, hourCycle: "h23", ...numbers });
  return Array.from({ length: minutes }, (_, index) => {
    const [month, day, year, hour, minute] = format.format(fromMs + index * MINUTE).match(/\d+/g) as string[];
    return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute));
  });
}

/**
 * The rule of Schedule, stated for single minutes: within a window the clock never again shows a time
 * before its start, and has not yet shown its end; within a freeze it has shown its start, or will
 * still show a time before its end.
 */
export function bruteForce(schedule: Schedule, readings: readonly number[]): boolean[] {
  const past = runningExtremes(readings, Math.max);
  const future = runningExtremes(readings.toReversed(), Math.min).toReversed();
  const days = [(readings[0] ?? 0) - 2 * DAY, past.at(-1) ?? 0] as const;
  const windows = schedule.windows.flatMap((window) => spellOut(window, days));
  const freezes = schedule.freezes.map(
    ({ from, to }) => [Date.parse(`${from}Z`), Date.parse(`${to}Z`)] as const,
  );
  return readings.map((_, index) => {
    const lowest = future[index] ?? 0;
    const highest = past[index] ?? 0;
    const allowed =
      schedule.windows.length === 0 || windows.some(([from, to]) => lowest >= from && highest < to);
    return allowed && !freezes.some(([from, to]) => highest >= from && lowest < to);
  });
}

function runningExtremes(values: readonly number[], extreme: (a: number, b: number) => number): number[] {
  let sofar = values[0] ?? 0;
  return values.map((value) => {
    sofar = extreme(sofar, value);
    return sofar;
  });
}

/** Every reading at which the window opens within the days, with the one at which it closes. */
function spellOut(
  window: ScheduleWindow,
  [first, last]: readonly [number, number],
): (readonly [number, number])[] {
  if (window.kind === "absolute") return [[Date.parse(`${window.from}Z`), Date.parse(`${window.to}Z`)]];
  const spelt: (readonly [number, number])[] = [];
  for (let midnight = Math.floor(first / DAY) * DAY; midnight <= last; midnight += DAY) {
    const weekday = new Date(midnight).getUTCDay() || 7;
    if (!window.days.some((day) => day === weekday)) continue;
    const date = new Date(midnight).toISOString().slice(0, 10);
    const opens = Date.parse(`${date}T${window.from}Z`);
    const closes = Date.parse(`${date}T${window.to}Z`);
    spelt.push([opens, closes > opens ? closes : closes + DAY]);
  }
  return spelt;
}
