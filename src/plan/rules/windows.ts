import type { Interval } from "../../gate/intervals.ts";
import type { Finding } from "../finding.ts";
import { resolveSchedule } from "../resolve-schedule.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { isReadable } from "./schedule.ts";
import { listDatedWindows } from "./window-moments.ts";

/** Whether each window with a date is ever open. Those that come every week are asked when it is known what time it is. */
export function checkWindows(plan: PlanDocument): Finding[] {
  const schedule = resolveSchedule(plan);
  if (schedule === null || !isReadable(plan)) return [];
  return listDatedWindows(schedule).flatMap(({ index, moments, open }) => {
    if (isEmpty(moments)) return [vanishing(index, schedule.timezone)];
    return open.length === 0 ? [frozen(index)] : [];
  });
}

function isEmpty({ startMs, endMs }: Interval): boolean {
  return startMs >= endMs;
}

function vanishing(index: number, timezone: string): Finding {
  return {
    code: "window-vanishes",
    path: ["schedule", "windows", index],
    point: "owner",
    message: `The clock of ${timezone} changes for daylight saving then, so this window is never open.`,
    hint: "Let it begin before the hour that is skipped or repeated, or end after it.",
  };
}

function frozen(index: number): Finding {
  return {
    code: "window-frozen",
    path: ["schedule", "windows", index],
    point: "owner",
    message: "The freezes cover the whole window, so it is never open.",
    hint: "Move the window out of the freeze: no window overrides one.",
  };
}
