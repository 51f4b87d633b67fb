import { type DaylightTrouble, findDaylightTrouble } from "../gate/daylight.ts";
import type { Schedule } from "../gate/schedule.ts";
import { openIntervals } from "../gate/windows.ts";
import { DAY_MS } from "../gate/zone.ts";
import type { Target } from "./change.ts";
import { explainChange } from "./explain/explain-change.ts";
import type { Finding } from "./finding.ts";
import type { PlanIssue } from "./issue.ts";
import { placeInPlan } from "./places.ts";
import { resolvePlan } from "./resolve-plan.ts";
import { resolveSchedule } from "./resolve-schedule.ts";
import type { PlanDocument } from "./schema/plan.ts";
import { printSpan } from "./units.ts";

/** Each clock change comes within a year. */
const YEAR_MS = 366 * DAY_MS;
/** Further ahead no change is planned. */
const AHEAD_MS = 10 * YEAR_MS;

/**
 * What is wrong with a valid plan at this time: for `validate` and `explain`, and before the start of a
 * change. Not for going on with one: its windows may be over, and its rollback may still run.
 */
export function checkAgainstTime(plan: PlanDocument, nowMs: number, targets: readonly Target[]): PlanIssue[] {
  const schedule = resolveSchedule(plan);
  if (schedule === null) return [];
  const change = resolvePlan(plan, { targets, version: "", environment: "", digest: "" });
  const { window, worstCaseMs } = explainChange(plan, change, nowMs);
  const found = findVanishing(schedule, nowMs);
  // An emergency may run outside of every window.
  if (plan.change.type !== "emergency") {
    if (window === null) found.push(isOver(schedule, nowMs) ? windowPast(schedule) : noOpening(schedule));
    else if (!window.fits) found.push(windowClosing(worstCaseMs));
  }
  return found.map((finding) => placeInPlan(plan, finding));
}

/** Weekly windows alone: for those with dates the parser has seen to it. */
function findVanishing(schedule: Schedule, nowMs: number): Finding[] {
  const troubles = findDaylightTrouble(schedule, nowMs, nowMs + YEAR_MS).filter(
    ({ list, index, actualMs }) =>
      list === "windows" && actualMs === 0 && schedule.windows[index]?.kind === "weekly",
  );
  return troubles
    .filter(({ index }, at) => troubles.findIndex((other) => other.index === index) === at)
    .map((trouble) => vanishing(trouble, schedule.timezone));
}

function vanishing({ index, reading, clock }: DaylightTrouble, timezone: string): Finding {
  const what = clock === "skipped" ? "skips" : "shows twice";
  return {
    code: "window-vanishes",
    path: ["schedule", "windows", index],
    point: "owner",
    message: `The clock of ${timezone} ${what} ${reading.replace("T", " at ")}, so this window is not open that day.`,
    hint: "Let it begin before the hour that is skipped or repeated, or end after it.",
  };
}

/** Whether no window is left, freezes aside. */
function isOver({ windows, timezone }: Schedule, nowMs: number): boolean {
  const without = { timezone, windows, freezes: [] };
  return windows.length > 0 && openIntervals(without, nowMs, nowMs + AHEAD_MS).length === 0;
}

function windowPast({ windows }: Schedule): Finding {
  return {
    code: "window-past",
    path: ["schedule", "windows", windows.length - 1],
    point: "owner",
    message: windows.length === 1 ? "The window is over." : `All ${windows.length} windows are over.`,
    hint: "Plan a window that is still to come.",
  };
}

function noOpening({ windows }: Schedule): Finding {
  return {
    code: "no-opening",
    path: ["schedule", windows.length === 0 ? "freezes" : "windows"],
    point: "owner",
    message: "Within a year from now there is no moment at which the change may run.",
    hint: "Look at the years of the dates, and at the freezes: no window overrides one.",
  };
}

function windowClosing(worstCaseMs: number): Finding {
  return {
    code: "window-closing",
    severity: "warning",
    path: ["schedule", "windows"],
    point: "owner",
    message: `What is left of the windows is shorter than the ${printSpan(worstCaseMs)} that the change and its rollback take at worst.`,
    hint: "Plan a later window, unless it may stop between two batches when the window ends.",
  };
}
