import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Schedule } from "../../src/gate/schedule.ts";
import { isOpen, nextOpening, openIntervals, remainingMs } from "../../src/gate/windows.ts";
import { DAY, HOUR } from "./wall-clock.ts";

const BERLIN: Schedule = {
  timezone: "Europe/Berlin",
  windows: [
    { kind: "weekly", days: [6, 7], from: "22:00", to: "05:00" },
    { kind: "absolute", from: "2027-07-01T08:00", to: "2027-07-03T08:00" },
  ],
  freezes: [{ from: "2026-12-20T00:00", to: "2027-01-05T00:00", reason: null }],
};
const FROM = Date.parse("2026-10-01T00:00:00Z");

/** What the calendar says without anything remembered. */
function fresh(nowMs: number, horizonMs: number) {
  const first = openIntervals({ ...BERLIN }, nowMs, nowMs + 366 * DAY)[0];
  const isOpenNow = first !== undefined && first.startMs <= nowMs;
  const next = openIntervals({ ...BERLIN }, nowMs, nowMs + horizonMs)[0];
  return { isOpen: isOpenNow, left: isOpenNow ? first.endMs - nowMs : 0, next: next?.startMs ?? null };
}

function remembered(schedule: Schedule, nowMs: number, horizonMs: number) {
  return {
    isOpen: isOpen(schedule, nowMs),
    left: remainingMs(schedule, nowMs),
    next: nextOpening(schedule, nowMs, horizonMs),
  };
}

describe("a schedule that is asked again and again", () => {
  it("answers as if it were asked for the first time, at whatever moment and in whatever order", () => {
    const moment = fc.integer({ min: 0, max: 500 * 24 }).map((hours) => FROM + hours * HOUR);
    const horizon = fc.integer({ min: 1, max: 800 }).map((days) => days * DAY);
    fc.assert(
      fc.property(fc.array(fc.tuple(moment, horizon), { minLength: 2, maxLength: 6 }), (questions) => {
        const schedule = { ...BERLIN };
        for (const [nowMs, horizonMs] of questions) {
          expect(remembered(schedule, nowMs, horizonMs)).toEqual(fresh(nowMs, horizonMs));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("does so beyond what one reading of the calendar covers, and before it", () => {
    const schedule = { ...BERLIN };
    for (const days of [0, 30, 31, 32, 400, 31, 0, -10]) {
      const nowMs = FROM + days * DAY;
      expect(remembered(schedule, nowMs, 366 * DAY)).toEqual(fresh(nowMs, 366 * DAY));
    }
  });
});
