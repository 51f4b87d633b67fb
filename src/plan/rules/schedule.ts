import { isTimeZone } from "../../gate/zone.ts";
import type { Finding } from "../finding.ts";
import { findNearest } from "../nearest.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { checkDates } from "./dates.ts";

/** Whether the schedule can be read at all, and whoever waits knows for how long. */
export function checkSchedule({ schedule }: PlanDocument): Finding[] {
  if (schedule === undefined) return [];
  const { timezone, outside, "wait-limit": waitLimit } = schedule;
  return [
    ...(isTimeZone(timezone) ? [] : [unknownZone(timezone)]),
    ...(outside === "wait" && waitLimit === undefined ? [waitWithoutLimit()] : []),
  ];
}

/** What happens at the end is of no use where there is none. */
export function warnOfNoEnd({ schedule }: PlanDocument): Finding[] {
  if (schedule?.["at-end"] !== "rollback" || schedule.windows.length + schedule.freezes.length > 0) return [];
  return [
    {
      code: "window-without-end",
      severity: "warning",
      path: ["schedule", "at-end"],
      message: "The end of the window rolls the change back, and no window or freeze ever ends it.",
      hint: "Add `windows`, or remove `at-end`.",
    },
  ];
}

/** For the rules that reckon with times: in a broken schedule there are none to reckon with. */
export function isReadable(plan: PlanDocument): boolean {
  return plan.schedule !== undefined && isTimeZone(plan.schedule.timezone) && checkDates(plan).length === 0;
}

function unknownZone(timezone: string): Finding {
  const nearest = findNearest(timezone, ["UTC", ...Intl.supportedValuesOf("timeZone")]);
  return {
    code: "unknown-time-zone",
    path: ["schedule", "timezone"],
    message: `There is no time zone \`${timezone}\`.`,
    hint: nearest === null ? "Write an IANA name such as Asia/Seoul or UTC." : `Write \`${nearest}\`.`,
  };
}

function waitWithoutLimit(): Finding {
  return {
    code: "wait-without-limit",
    path: ["schedule", "outside"],
    message: "A start outside the windows waits, and nothing says for how long at most.",
    hint: "Add `wait-limit: <duration>`, or write `outside: fail`.",
  };
}
