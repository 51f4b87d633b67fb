import { describe, expect, it } from "vitest";
import { findDaylightTrouble } from "../../src/gate/daylight.ts";
import type { Schedule, ScheduleWindow, Weekday } from "../../src/gate/schedule.ts";
import { isOpen, openIntervals } from "../../src/gate/windows.ts";
import { DAY, HOUR, MINUTE } from "./wall-clock.ts";

const EVERY_DAY: Weekday[] = [1, 2, 3, 4, 5, 6, 7];
const daily = (from: string, to: string): ScheduleWindow => ({ kind: "weekly", days: EVERY_DAY, from, to });
const scheduleOf = (
  timezone: string,
  windows: ScheduleWindow[],
  freezes: Schedule["freezes"] = [],
): Schedule => ({
  timezone,
  windows,
  freezes,
});

/** The opening of a daily window on one date of its zone, as UTC times of that day and its neighbours. */
function openingOn(date: string, timezone: string, [from, to]: readonly [string, string]): string | null {
  const weekday = (new Date(date).getUTCDay() || 7) as Weekday;
  const schedule = scheduleOf(timezone, [{ kind: "weekly", days: [weekday], from, to }]);
  const noonMs = Date.parse(`${date}T12:00Z`);
  const [first] = openIntervals(schedule, noonMs - 2 * DAY, noonMs + 2 * DAY);
  const text = (ms: number) => new Date(ms).toISOString().slice(5, 16);
  return first === undefined ? null : `${text(first.startMs)} ${text(first.endMs)}`;
}

describe("the day on which the clock jumps forward", () => {
  it.each<[string, string, [string, string], string | null]>([
    // In Berlin 02:00 to 03:00 is skipped at 01:00 UTC.
    ["2026-03-29", "Europe/Berlin", ["01:00", "02:30"], "03-29T00:00 03-29T01:00"],
    ["2026-03-29", "Europe/Berlin", ["02:30", "04:00"], "03-29T01:00 03-29T02:00"],
    ["2026-03-29", "Europe/Berlin", ["02:00", "03:00"], null],
    ["2026-03-29", "Europe/Berlin", ["02:15", "02:45"], null],
    ["2026-03-29", "Europe/Berlin", ["22:00", "05:00"], "03-29T20:00 03-30T03:00"],
    ["2026-03-28", "Europe/Berlin", ["22:00", "05:00"], "03-28T21:00 03-29T03:00"],
    ["2027-03-28", "Europe/Berlin", ["02:30", "04:00"], "03-28T01:00 03-28T02:00"],
    // In New York 02:00 to 03:00, at 07:00 UTC.
    ["2026-03-08", "America/New_York", ["01:30", "03:30"], "03-08T06:30 03-08T07:30"],
    ["2027-03-14", "America/New_York", ["02:30", "03:30"], "03-14T07:00 03-14T07:30"],
    // On Lord Howe only half an hour, 02:00 to 02:30, at 15:30 UTC of the day before.
    ["2026-10-04", "Australia/Lord_Howe", ["02:15", "03:00"], "10-03T15:30 10-03T16:00"],
    ["2027-10-03", "Australia/Lord_Howe", ["02:30", "03:00"], "10-02T15:30 10-02T16:00"],
    // In Santiago midnight itself is skipped, 00:00 to 01:00.
    ["2026-09-06", "America/Santiago", ["00:00", "02:00"], "09-06T04:00 09-06T05:00"],
    ["2027-09-05", "America/Santiago", ["00:30", "02:00"], "09-05T04:00 09-05T05:00"],
    // In Cairo too.
    ["2026-04-24", "Africa/Cairo", ["00:30", "03:00"], "04-23T22:00 04-24T00:00"],
  ])("%s in %s: %j is open %s", (date, timezone, times, expected) => {
    expect(openingOn(date, timezone, times)).toBe(expected);
  });
});

describe("the day on which the clock falls back", () => {
  it.each<[string, string, [string, string], string | null]>([
    // In Berlin 02:00 to 03:00 is shown from 00:00 UTC and again from 01:00 UTC.
    ["2026-10-25", "Europe/Berlin", ["01:00", "02:30"], "10-24T23:00 10-25T00:30"],
    ["2026-10-25", "Europe/Berlin", ["02:30", "05:00"], "10-25T01:30 10-25T04:00"],
    // From the first 02:00 on the clock shows nothing earlier, and 03:00 only once: two hours.
    ["2026-10-25", "Europe/Berlin", ["02:00", "03:00"], "10-25T00:00 10-25T02:00"],
    ["2026-10-25", "Europe/Berlin", ["01:00", "02:00"], "10-24T23:00 10-25T00:00"],
    ["2026-10-25", "Europe/Berlin", ["02:15", "02:45"], null],
    ["2026-10-24", "Europe/Berlin", ["22:00", "05:00"], "10-24T20:00 10-25T04:00"],
    ["2027-10-31", "Europe/Berlin", ["02:30", "05:00"], "10-31T01:30 10-31T04:00"],
    // In New York 01:00 to 02:00, from 05:00 and from 06:00 UTC.
    ["2026-11-01", "America/New_York", ["00:30", "01:30"], "11-01T04:30 11-01T05:30"],
    ["2027-11-07", "America/New_York", ["01:30", "03:00"], "11-07T06:30 11-07T08:00"],
    // On Lord Howe 01:30 to 02:00, from 14:30 and from 15:00 UTC of the day before.
    ["2026-04-05", "Australia/Lord_Howe", ["01:45", "03:00"], "04-04T15:15 04-04T16:30"],
    ["2027-04-04", "Australia/Lord_Howe", ["01:00", "01:45"], "04-03T14:00 04-03T14:45"],
    // In Santiago the last hour of the day, 23:00 to 24:00, from 02:00 and from 03:00 UTC.
    ["2026-04-04", "America/Santiago", ["23:30", "01:00"], "04-05T03:30 04-05T05:00"],
  ])("%s in %s: %j is open %s", (date, timezone, times, expected) => {
    expect(openingOn(date, timezone, times)).toBe(expected);
  });
});

describe("a question that is asked right after the change", () => {
  it("knows what the clock showed before it", () => {
    // 02:40 was first shown at 00:40 UTC; at 01:30 UTC the clock shows 02:30 for the second time.
    const schedule = scheduleOf("Europe/Berlin", [daily("01:00", "02:40")]);
    expect(isOpen(schedule, Date.parse("2026-10-25T00:35Z"))).toBe(true);
    expect(isOpen(schedule, Date.parse("2026-10-25T01:30Z"))).toBe(false);
  });
});

describe("zones whose clock does not change in 2026 and 2027", () => {
  it.each([
    ["Asia/Seoul", "2026-03-28T17:00 2026-03-28T18:30"],
    ["Asia/Kathmandu", "2026-03-28T20:15 2026-03-28T21:45"],
    ["America/Sao_Paulo", "2026-03-29T05:00 2026-03-29T06:30"],
  ])("%s keeps its windows and has no trouble", (timezone, expected) => {
    expect(openingOn("2026-03-29", timezone, ["02:00", "03:30"])).toBe(expected.replaceAll("2026-", ""));
    const schedule = scheduleOf(timezone, [daily("02:00", "02:30"), daily("00:00", "01:00")]);
    expect(findDaylightTrouble(schedule, Date.parse("2026-01-01"), Date.parse("2028-01-01"))).toEqual([]);
  });
});

describe("a freeze on such a day", () => {
  it("is as wide as the clock can be read", () => {
    const frozen = (from: string, to: string) =>
      scheduleOf("Europe/Berlin", [], [{ from, to, reason: "Close" }]);
    const closings = (schedule: Schedule) =>
      openIntervals(schedule, Date.parse("2026-10-24T00:00Z"), Date.parse("2026-10-26T00:00Z"))
        .flatMap(({ startMs, endMs }) => [startMs, endMs])
        .slice(1, 3)
        .map((ms) => new Date(ms).toISOString().slice(5, 16));
    expect(closings(frozen("2026-10-25T02:15", "2026-10-25T02:45"))).toEqual(["10-25T00:15", "10-25T01:45"]);
    expect(closings(frozen("2026-10-25T02:30", "2026-10-25T06:00"))).toEqual(["10-25T00:30", "10-25T05:00"]);
  });
});

describe("daylight trouble", () => {
  const year = [Date.parse("2026-01-01T00:00Z"), Date.parse("2027-01-01T00:00Z")] as const;
  const troublesOf = (schedule: Schedule) => findDaylightTrouble(schedule, ...year);

  it("names the boundary, what the clock does with it, and what is left of the window", () => {
    expect(troublesOf(scheduleOf("Europe/Berlin", [daily("02:30", "04:00")]))).toEqual([
      {
        list: "windows",
        index: 0,
        boundary: "from",
        reading: "2026-03-29T02:30",
        clock: "skipped",
        actualMs: HOUR,
        plannedMs: 90 * MINUTE,
      },
      {
        list: "windows",
        index: 0,
        boundary: "from",
        reading: "2026-10-25T02:30",
        clock: "repeated",
        actualMs: 90 * MINUTE,
        plannedMs: 90 * MINUTE,
      },
    ]);
  });

  it("shows a window that vanishes as lasting no time", () => {
    const schedule = scheduleOf("America/New_York", [daily("01:10", "01:20"), daily("02:00", "03:00")]);
    const troubles = troublesOf(schedule).map(({ index, boundary, reading, actualMs }) => [
      index,
      boundary,
      reading,
      actualMs,
    ]);
    expect(troubles).toEqual([
      [0, "from", "2026-11-01T01:10", 0],
      [0, "to", "2026-11-01T01:20", 0],
      [1, "from", "2026-03-08T02:00", 0],
    ]);
  });

  it("shows a window that doubles as lasting twice as long", () => {
    const troubles = troublesOf(scheduleOf("Europe/Berlin", [daily("02:00", "03:00")]));
    expect(troubles.map(({ reading, clock, actualMs }) => [reading, clock, actualMs])).toEqual([
      ["2026-03-29T02:00", "skipped", 0],
      ["2026-10-25T02:00", "repeated", 2 * HOUR],
    ]);
  });

  it("is none for a window that stands clear of the change, or spans it", () => {
    expect(
      troublesOf(scheduleOf("Europe/Berlin", [daily("22:00", "05:00"), daily("12:00", "13:00")])),
    ).toEqual([]);
  });

  it("is looked for within the range alone", () => {
    const schedule = scheduleOf("Europe/Berlin", [daily("02:30", "04:00")]);
    const found = (from: string, to: string) =>
      findDaylightTrouble(schedule, Date.parse(from), Date.parse(to)).length;
    expect(found("2026-03-28T00:00Z", "2026-03-29T00:00Z")).toBe(0);
    expect(found("2026-03-29T00:00Z", "2026-03-30T00:00Z")).toBe(1);
    expect(found("2026-03-29T03:00Z", "2026-03-31T00:00Z")).toBe(0);
  });

  it("is none on days that the window does not have", () => {
    const mondays: ScheduleWindow = { kind: "weekly", days: [1], from: "02:30", to: "04:00" };
    expect(troublesOf(scheduleOf("Europe/Berlin", [mondays]))).toEqual([]);
  });

  it("counts the day on which a window that crosses midnight starts", () => {
    const saturdays: ScheduleWindow = { kind: "weekly", days: [6], from: "22:00", to: "02:30" };
    expect(
      troublesOf(scheduleOf("Europe/Berlin", [saturdays])).map(({ boundary, reading }) => [
        boundary,
        reading,
      ]),
    ).toEqual([
      ["to", "2026-03-29T02:30"],
      ["to", "2026-10-25T02:30"],
    ]);
  });

  it("covers absolute windows and freezes as well", () => {
    const schedule = scheduleOf(
      "Europe/Berlin",
      [{ kind: "absolute", from: "2026-03-29T02:30", to: "2026-03-29T09:00" }],
      [{ from: "2026-10-20T00:00", to: "2026-10-25T02:59:30", reason: null }],
    );
    expect(
      troublesOf(schedule).map(({ list, boundary, reading, clock }) => [list, boundary, reading, clock]),
    ).toEqual([
      ["windows", "from", "2026-03-29T02:30", "skipped"],
      ["freezes", "to", "2026-10-25T02:59:30", "repeated"],
    ]);
  });

  it("is reported a hundred times at most", () => {
    const many = Array.from({ length: 200 }, () => daily("02:30", "04:00"));
    expect(troublesOf(scheduleOf("Europe/Berlin", many))).toHaveLength(100);
  });
});
