import { describe, expect, it } from "vitest";
import type { Schedule, ScheduleWindow, Weekday } from "../../src/gate/schedule.ts";
import { isOpen, nextOpening, openIntervals, pointOfNoReturn, remainingMs } from "../../src/gate/windows.ts";
import { isTimeZone } from "../../src/gate/zone.ts";
import { DAY, HOUR, MINUTE } from "./wall-clock.ts";

const SAT = 6;
const SUN = 7;
const weekly = (days: Weekday[], from: string, to: string): ScheduleWindow => ({
  kind: "weekly",
  days,
  from,
  to,
});
const absolute = (from: string, to: string): ScheduleWindow => ({ kind: "absolute", from, to });
const frozen = (from: string, to: string) => ({ from, to, reason: null });
const scheduleOf = (
  timezone: string,
  windows: ScheduleWindow[],
  freezes: Schedule["freezes"] = [],
): Schedule => ({
  timezone,
  windows,
  freezes,
});
const at = (text: string) => Date.parse(text);
const shown = (ms: number) => new Date(ms).toISOString().slice(0, 16);
const openings = (schedule: Schedule, from: string, to: string) =>
  openIntervals(schedule, at(from), at(to)).map(({ startMs, endMs }) => `${shown(startMs)} ${shown(endMs)}`);

const WEEKEND_NIGHTS = scheduleOf("Asia/Seoul", [weekly([SAT, SUN], "22:00", "05:00")]);

describe("a schedule without windows", () => {
  it("is always open", () => {
    const always = scheduleOf("Asia/Seoul", []);
    expect(isOpen(always, at("2026-11-27T12:00Z"))).toBe(true);
    expect(remainingMs(always, at("2026-11-27T12:00Z"))).toBe(Number.POSITIVE_INFINITY);
    expect(pointOfNoReturn(always, 0, HOUR)).toBe(Number.POSITIVE_INFINITY);
    expect(nextOpening(always, 5, DAY)).toBe(5);
  });

  it("is closed in its freezes, the first moment included and the last excluded", () => {
    const schedule = scheduleOf("Asia/Seoul", [], [frozen("2026-12-20T00:00", "2027-01-04T00:00")]);
    const [from, to] = [at("2026-12-19T15:00Z"), at("2027-01-03T15:00Z")];
    expect([from - 1, from, to - 1, to].map((ms) => isOpen(schedule, ms))).toEqual([
      true,
      false,
      false,
      true,
    ]);
    expect(remainingMs(schedule, from - HOUR)).toBe(HOUR);
    expect(nextOpening(schedule, from, 30 * DAY)).toBe(to);
  });
});

describe("a weekly window", () => {
  it("that crosses midnight belongs to the day on which it starts", () => {
    // In Seoul: Saturday 22:00 to Sunday 05:00, and Sunday 22:00 to Monday 05:00.
    expect(openings(WEEKEND_NIGHTS, "2026-11-27T00:00Z", "2026-12-01T00:00Z")).toEqual([
      "2026-11-28T13:00 2026-11-28T20:00",
      "2026-11-29T13:00 2026-11-29T20:00",
    ]);
  });

  it("is open in the small hours after its day, and closed in those before it", () => {
    const saturdayOnly = scheduleOf("Asia/Seoul", [weekly([SAT], "22:00", "05:00")]);
    expect(isOpen(saturdayOnly, at("2026-11-28T04:00+09:00"))).toBe(false);
    expect(isOpen(saturdayOnly, at("2026-11-29T04:00+09:00"))).toBe(true);
  });

  it("may have started two days before the date that UTC has", () => {
    const schedule = scheduleOf("Pacific/Honolulu", [weekly([SAT], "22:00", "21:00")]);
    expect(isOpen(schedule, at("2026-11-30T00:30Z"))).toBe(true);
    expect(isOpen(schedule, at("2026-11-30T07:00Z"))).toBe(false);
  });

  it("lasts 24 hours where it ends when it starts", () => {
    const schedule = scheduleOf("UTC", [weekly([SAT], "12:00", "12:00")]);
    expect(openings(schedule, "2026-11-26T00:00Z", "2026-12-02T00:00Z")).toEqual([
      "2026-11-28T12:00 2026-11-29T12:00",
    ]);
  });

  it("on every day around the clock is open without end", () => {
    const schedule = scheduleOf("Europe/Berlin", [weekly([1, 2, 3, 4, 5, 6, 7], "00:00", "00:00")]);
    expect(remainingMs(schedule, at("2026-03-01T12:34Z"))).toBe(Number.POSITIVE_INFINITY);
  });

  it("has been open before the year 1970 too", () => {
    expect(
      openings(scheduleOf("UTC", [weekly([4], "10:00", "11:00")]), "1969-12-22T00:00Z", "1970-01-02T00:00Z"),
    ).toEqual(["1969-12-25T10:00 1969-12-25T11:00", "1970-01-01T10:00 1970-01-01T11:00"]);
  });
});

describe("several windows", () => {
  it("that overlap or adjoin are one", () => {
    const windows = [
      absolute("2026-11-27T18:00", "2026-11-28T00:00"),
      absolute("2026-11-28T00:00", "2026-11-28T22:30"),
      weekly([SAT], "22:00", "05:00"),
    ];
    const schedule = scheduleOf("Asia/Seoul", windows);
    expect(openings(schedule, "2026-11-27T00:00Z", "2026-11-30T00:00Z")).toEqual([
      "2026-11-27T09:00 2026-11-28T20:00",
    ]);
    expect(remainingMs(schedule, at("2026-11-27T10:00Z"))).toBe(34 * HOUR);
  });

  it("stay apart when a minute lies between them", () => {
    const schedule = scheduleOf("UTC", [
      absolute("2026-11-27T10:00", "2026-11-27T11:00"),
      absolute("2026-11-27T11:01", "2026-11-27T12:00"),
    ]);
    expect(remainingMs(schedule, at("2026-11-27T10:30Z"))).toBe(30 * MINUTE);
    expect(nextOpening(schedule, at("2026-11-27T11:00Z"), DAY)).toBe(at("2026-11-27T11:01Z"));
  });
});

describe("a freeze", () => {
  const schedule = scheduleOf(
    "Asia/Seoul",
    [absolute("2026-11-27T18:00", "2026-11-29T12:00")],
    [frozen("2026-11-28T00:00", "2026-11-28T06:00"), frozen("2026-11-28T05:00", "2026-11-28T08:00")],
  );

  it("beats the window that it interrupts", () => {
    expect(openings(schedule, "2026-11-01T00:00Z", "2026-12-30T00:00Z")).toEqual([
      "2026-11-27T09:00 2026-11-27T15:00",
      "2026-11-27T23:00 2026-11-29T03:00",
    ]);
  });

  it("ends what is left of the window, and so the point of no return", () => {
    const now = at("2026-11-27T10:00Z");
    expect(remainingMs(schedule, now)).toBe(5 * HOUR);
    expect(pointOfNoReturn(schedule, now, 2 * HOUR)).toBe(at("2026-11-27T13:00Z"));
  });

  it("that covers the window leaves no opening", () => {
    const closed = scheduleOf(
      "UTC",
      [absolute("2026-12-24T00:00", "2026-12-25T00:00")],
      [frozen("2026-12-20T00:00", "2027-01-04T00:00")],
    );
    expect(nextOpening(closed, at("2026-12-01T00:00Z"), 365 * DAY)).toBeNull();
  });
});

describe("the point of no return", () => {
  it("is the last moment at which a full rollback still ends inside the window", () => {
    const now = at("2026-11-28T14:00Z");
    expect(pointOfNoReturn(WEEKEND_NIGHTS, now, 3 * HOUR)).toBe(at("2026-11-28T17:00Z"));
  });

  it("may be past already", () => {
    const now = at("2026-11-28T19:00Z");
    expect(pointOfNoReturn(WEEKEND_NIGHTS, now, 3 * HOUR)).toBe(at("2026-11-28T17:00Z"));
    expect(pointOfNoReturn(WEEKEND_NIGHTS, at("2026-11-28T20:00Z"), 0)).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("the next opening", () => {
  it("is ahead until the very last moment", () => {
    const opens = at("2026-11-28T13:00Z");
    expect(remainingMs(WEEKEND_NIGHTS, opens - 1)).toBe(0);
    expect(remainingMs(WEEKEND_NIGHTS, opens)).toBe(7 * HOUR);
    expect(nextOpening(WEEKEND_NIGHTS, opens - 1, DAY)).toBe(opens);
  });

  it("is now while it is open", () => {
    expect(nextOpening(WEEKEND_NIGHTS, at("2026-11-28T14:00Z"), 0 + MINUTE)).toBe(at("2026-11-28T14:00Z"));
  });

  it("is looked for as far as asked and no further", () => {
    const friday = at("2026-11-27T13:00Z");
    expect(nextOpening(WEEKEND_NIGHTS, friday, DAY)).toBeNull();
    expect(nextOpening(WEEKEND_NIGHTS, friday, DAY + 1)).toBe(friday + DAY);
  });
});

describe("a time zone", () => {
  it.each(["Asia/Seoul", "UTC", "America/Argentina/Buenos_Aires", "asia/seoul"])("%s is known", (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(["Asia/Soul", "", "KST9", "../etc", "Europe/Berlin ", "constructor"])("%j is not", (name) => {
    expect(isTimeZone(name)).toBe(false);
    expect(() => isOpen(scheduleOf(name, []), 0)).toThrow(expect.objectContaining({ code: "PLAN_INVALID" }));
  });
});
