/**
 * When a change may run. Every time is a reading of the clock on the wall in `timezone`.
 *
 * Daylight saving makes that clock skip readings and show others twice. The answer is always towards
 * "closed", so that a change never runs at a moment when the clock says that it may not:
 * - a window opens once the clock will no longer show a time before its start, and closes when the
 *   clock first shows its end or a later time;
 * - a freeze begins when the clock first shows its start or a later time, and ends once the clock will
 *   no longer show a time before its end.
 * Hence a skipped reading is the moment of the jump, and a window that lies within the skipped or the
 * repeated hour stays closed that day: `findDaylightTrouble` names it.
 */
export type Schedule = Readonly<{
  /** An IANA name: see `isTimeZone`. */
  timezone: string;
  /** None at all: open at any time, except in a freeze. */
  windows: readonly ScheduleWindow[];
  freezes: readonly Freeze[];
}>;

/** From including, to excluding. */
export type ScheduleWindow =
  | Readonly<{ kind: "absolute"; from: LocalDateTime; to: LocalDateTime }>
  /**
   * Belongs to the days on which it starts. It ends on the next day where `to` is not after `from`;
   * equal times make it 24 hours.
   */
  | Readonly<{ kind: "weekly"; days: readonly Weekday[]; from: LocalTime; to: LocalTime }>;

/** Beats every window. */
export type Freeze = Readonly<{ from: LocalDateTime; to: LocalDateTime; reason: string | null }>;

/** Such as `2026-11-27T18:00`: a date and time without a zone, as Temporal.PlainDateTime reads it. */
export type LocalDateTime = string;

/** Such as `22:00`, as Temporal.PlainTime reads it. */
export type LocalTime = string;

/** Monday is 1 and Sunday 7. */
export type Weekday = 1 | 2 | 3 | 4 | 5 | 6 | 7;
