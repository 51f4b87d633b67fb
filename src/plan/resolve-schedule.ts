import type { Schedule, ScheduleWindow, Weekday } from "../gate/schedule.ts";
import type { PlanDocument } from "./schema/plan.ts";

const WEEKDAYS = { mon: 1, tue: 2, wed: 3, thu: 4, fri: 5, sat: 6, sun: 7 } as const satisfies Record<
  string,
  Weekday
>;

type Section = NonNullable<PlanDocument["schedule"]>;

/** The plan's windows and freezes as the gate reads them; null where the plan has no schedule. */
export function resolveSchedule({ schedule }: PlanDocument): Schedule | null {
  if (schedule === undefined) return null;
  const { timezone, windows, freezes } = schedule;
  return {
    timezone,
    windows: windows.map(resolveWindow),
    freezes: freezes.map(({ from, to, reason }) => ({ from, to, reason: reason ?? null })),
  };
}

function resolveWindow({ days, from, to }: Section["windows"][number]): ScheduleWindow {
  if (days === undefined) return { kind: "absolute", from, to };
  return { kind: "weekly", days: days.map((day) => WEEKDAYS[day]), from, to };
}
