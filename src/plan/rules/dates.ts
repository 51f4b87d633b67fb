import type { Finding } from "../finding.ts";
import type { PlanPath } from "../path.ts";
import type { PlanDocument } from "../schema/plan.ts";

type Span = Readonly<{ from: string; to: string; days?: readonly string[] | undefined }>;

/** Whether the dates of the schedule are dates, and stand in their order. */
export function checkDates({ schedule }: PlanDocument): Finding[] {
  const windows = schedule?.windows ?? [];
  const freezes = schedule?.freezes ?? [];
  return [
    ...windows.flatMap((window, index) => checkSpan(window, ["schedule", "windows", index])),
    ...freezes.flatMap((freeze, index) => checkSpan(freeze, ["schedule", "freezes", index])),
  ];
}

function checkSpan(span: Span, path: PlanPath): Finding[] {
  const isWeekly = span.days !== undefined;
  const found = (["from", "to"] as const).flatMap((key) => checkMoment(span[key], isWeekly, [...path, key]));
  return found.length > 0 ? found : checkOrder(span, isWeekly, path);
}

function checkMoment(text: string, isWeekly: boolean, path: PlanPath): Finding[] {
  const isMoment = text.includes("T");
  if (isMoment === isWeekly) return [wrongKind(isWeekly, path)];
  if (!isMoment || isReal(text)) return [];
  return [
    {
      code: "date-impossible",
      path,
      message: `There is no ${text.slice(0, 10)} in the calendar.`,
      hint: "Write a day that its month has.",
    },
  ];
}

/** `Date` rolls the 31st of February over into March, and then the text is no longer the same. */
function isReal(text: string): boolean {
  const ms = Date.parse(`${text}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function wrongKind(isWeekly: boolean, path: PlanPath): Finding {
  return {
    code: isWeekly ? "date-in-weekly-window" : "time-without-days",
    path,
    message: isWeekly
      ? "A window with `days` comes every week, so this must be a time of day."
      : "A time of day alone says nothing without `days`.",
    hint: isWeekly
      ? 'Write a time such as "22:00", or remove `days`.'
      : "Add `days`, such as [sat, sun], or write a date and a time such as 2026-11-27T18:00.",
  };
}

/** A weekly window may cross midnight, so only equal times are wrong there. */
function checkOrder({ from, to }: Span, isWeekly: boolean, path: PlanPath): Finding[] {
  const [start, end] = [withSeconds(from), withSeconds(to)];
  if (isWeekly ? start !== end : start < end) return [];
  return [
    {
      code: "window-empty",
      path: [...path, "to"],
      message: `It ends at ${to}, and begins at ${from}.`,
      hint: "Let it end after its beginning.",
    },
  ];
}

/** `22:00` and `22:00:00` are one time; written the same way, readings sort as text. */
function withSeconds(reading: string): string {
  return /:[0-9]{2}:/.test(reading) ? reading : `${reading}:00`;
}
