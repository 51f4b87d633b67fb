import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Schedule, ScheduleWindow, Weekday } from "../../src/gate/schedule.ts";
import { isOpen, nextOpening, openIntervals, remainingMs } from "../../src/gate/windows.ts";
import { bruteForce, DAY, HOUR, MINUTE, readWallClock } from "./wall-clock.ts";

/** The changes of the clock in 2026 and 2027, and for zones without any, some day or other. */
const CHANGES: Readonly<Record<string, readonly string[]>> = {
  "Europe/Berlin": ["2026-03-29T01:00Z", "2026-10-25T01:00Z", "2027-03-28T01:00Z", "2027-10-31T01:00Z"],
  "America/New_York": ["2026-03-08T07:00Z", "2026-11-01T06:00Z", "2027-03-14T07:00Z", "2027-11-07T06:00Z"],
  "Australia/Lord_Howe": ["2026-04-04T15:00Z", "2026-10-03T15:30Z", "2027-04-03T15:00Z", "2027-10-02T15:30Z"],
  "Africa/Casablanca": ["2026-02-15T02:00Z", "2026-03-22T02:00Z", "2027-02-07T02:00Z", "2027-03-14T02:00Z"],
  "America/Santiago": ["2026-04-05T03:00Z", "2026-09-06T04:00Z", "2027-04-04T03:00Z", "2027-09-05T04:00Z"],
  "Africa/Cairo": ["2026-04-23T22:00Z", "2026-10-29T21:00Z", "2027-04-29T22:00Z", "2027-10-28T21:00Z"],
  "Pacific/Chatham": ["2026-04-04T14:00Z", "2026-09-26T14:00Z", "2027-04-03T14:00Z", "2027-09-25T14:00Z"],
  "Asia/Seoul": ["2026-03-29T01:00Z"],
  // The ends of the world: eleven hours behind, and fourteen ahead.
  "Pacific/Pago_Pago": ["2026-06-01T01:00Z"],
  "Pacific/Kiritimati": ["2026-06-01T01:00Z"],
  "Asia/Kathmandu": ["2027-03-28T01:00Z"],
  "America/Sao_Paulo": ["2026-11-01T03:00Z"],
  // The day that Samoa left out: 30 December 2011.
  "Pacific/Apia": ["2011-12-30T10:00Z"],
};
const DAYS = 4;
const MINUTES = (DAYS * DAY) / MINUTE;

const pad = (number: number) => String(number).padStart(2, "0");
/** Half of the times fall into the hours in which clocks change. */
const minuteOfDay = fc.oneof(fc.integer({ min: 0, max: 239 }), fc.integer({ min: 0, max: 1439 }));
const timeOfDay = minuteOfDay.map((minute) => `${pad(Math.floor(minute / 60))}:${pad(minute % 60)}`);

/** Half of the moments lie in the two hours around the change. */
const minuteOfRange = fc.oneof(
  fc.integer({ min: (2 * DAY - HOUR) / MINUTE, max: (2 * DAY + HOUR) / MINUTE }),
  fc.nat({ max: MINUTES - 1 }),
);

function arbitrarySchedule(timezone: string, firstDayMs: number): fc.Arbitrary<Schedule> {
  const moment = fc
    .tuple(fc.integer({ min: 0, max: DAYS }), timeOfDay)
    .map(([day, time]) => `${new Date(firstDayMs + day * DAY).toISOString().slice(0, 10)}T${time}`);
  const span = fc.tuple(moment, moment).map(([a, b]) => (a < b ? { from: a, to: b } : { from: b, to: a }));
  const days = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }) as fc.Arbitrary<Weekday[]>;
  const window: fc.Arbitrary<ScheduleWindow> = fc.oneof(
    fc.record({ kind: fc.constant("weekly" as const), days, from: timeOfDay, to: timeOfDay }),
    span.map((times) => ({ kind: "absolute" as const, ...times })),
  );
  return fc.record({
    timezone: fc.constant(timezone),
    windows: fc.array(window, { maxLength: 3 }),
    freezes: fc.array(
      span.map((times) => ({ ...times, reason: null })),
      { maxLength: 2 },
    ),
  });
}

/** One character per minute: much faster to compare than a list, and readable when it differs. */
function draw(minutes: readonly boolean[]): string {
  return minutes.map((open) => (open ? "#" : ".")).join("");
}

function paint(schedule: Schedule, fromMs: number): boolean[] {
  const minutes = new Array<boolean>(MINUTES).fill(false);
  for (const { startMs, endMs } of openIntervals(schedule, fromMs, fromMs + DAYS * DAY)) {
    minutes.fill(true, (startMs - fromMs) / MINUTE, (endMs - fromMs) / MINUTE);
  }
  return minutes;
}

describe.each(Object.entries(CHANGES))("the interval arithmetic in %s", (timezone, changes) => {
  it.each(changes)("agrees with a look at the clock every minute around %s", (change) => {
    const fromMs = Date.parse(change) - 2 * DAY - (Date.parse(change) % HOUR);
    const readings = readWallClock(timezone, fromMs, MINUTES);
    const schedules = arbitrarySchedule(timezone, fromMs);
    fc.assert(
      fc.property(schedules, minuteOfRange, (schedule, minute) => {
        const truth = bruteForce(schedule, readings);
        expect(draw(paint(schedule, fromMs))).toBe(draw(truth));

        const nowMs = fromMs + minute * MINUTE;
        expect(isOpen(schedule, nowMs)).toBe(truth[minute]);
        const opens = truth.indexOf(true, minute);
        const horizonMs = fromMs + DAYS * DAY - nowMs;
        expect(nextOpening(schedule, nowMs, horizonMs)).toBe(opens < 0 ? null : fromMs + opens * MINUTE);
        const closes = truth.indexOf(false, minute);
        if (closes >= 0) expect(remainingMs(schedule, nowMs)).toBe((closes - minute) * MINUTE);
      }),
      { numRuns: 20 },
    );
  });
});
