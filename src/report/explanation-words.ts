import { Temporal } from "temporal-polyfill";
import type { Condition, TriggerExplanation } from "../plan/explain/triggers.ts";
import type { StepName } from "../plan/explain/way-back.ts";
import { cleanLine, shorten } from "./clean.ts";
import { countOf, formatCount, formatMs, formatValue } from "./wording.ts";

const NAME_POINTS_MAX = 60;

type Limit = Readonly<{ value: number }> | Readonly<{ ms: number }>;

const PLACES: Readonly<Record<StepName["scope"], string>> = {
  before: "once, before the first target",
  each: "on every changed target",
  switch: "once: the traffic goes back",
  after: "once, after the last target",
};

/**
 * The first names, and how many more there are. Clean, but whole: on a terminal people copy them, and
 * Markdown breaks what it would make a mention or a link of.
 */
export function listNames(names: readonly string[], shown = 8): string {
  const first = names.slice(0, names.length <= shown + 1 ? shown + 1 : shown);
  const left = names.length - first.length;
  const told = first.map((name) => shorten(cleanLine(name), NAME_POINTS_MAX)).join(", ");
  return left > 0 ? `${told} and ${formatCount(left)} more` : told;
}

export function describeStep({ scope, name }: StepName): string {
  return `${listNames([name])}, ${PLACES[scope]}`;
}

/** A sentence without its full stop. */
export function describeTrigger({
  name,
  severity,
  when,
  respond,
  restore,
  tell,
}: TriggerExplanation): string {
  const does = severity === "critical" ? "rolls it back" : "asks a person";
  const besides = [
    respond.length === 0 ? "" : `; first it runs ${listNames(respond)}`,
    restore.length === 0 ? "" : `; it restores ${listNames(restore)}`,
    tell.length === 0 ? "" : `; it tells ${listNames(tell)}`,
  ];
  return `${listNames([name])} ${does} when ${describeCondition(when)}${besides.join("")}`;
}

function describeCondition(when: Condition): string {
  if (when.kind === "issues") {
    return `more than ${countOf(when.moreThan, "open issue")} ${when.moreThan === 1 ? "is" : "are"} labelled ${listNames([when.label])}`;
  }
  const { above, below, worseByPercent, sharePercent, forMs } = when;
  const measured = [
    above === null ? "" : `is above ${formatLimit(above)}`,
    below === null ? "" : `is below ${formatLimit(below)}`,
    worseByPercent === null ? "" : `is ${formatValue(worseByPercent)}% worse than before`,
  ].filter((part) => part !== "");
  const share = sharePercent === null ? "" : ` on ${formatValue(sharePercent)}% of the targets`;
  const held = forMs === 0 ? "" : ` for ${formatMs(forMs)}`;
  return `${listNames([when.check])} ${measured.join(" or ") || "fails"}${share}${held}`;
}

function formatLimit(limit: Limit): string {
  if ("ms" in limit) return formatMs(limit.ms);
  return Number.isInteger(limit.value) ? formatCount(limit.value) : formatValue(limit.value);
}

/** `Fri 2026-11-27 18:00`, on the clock of that zone. */
export function formatLocal(iso: string, timezone: string): string {
  const moment = Temporal.Instant.from(iso).toZonedDateTimeISO(timezone);
  const day = DAYS[moment.dayOfWeek - 1] ?? "";
  return `${day} ${moment.toPlainDate()} ${moment.toPlainTime().toString({ smallestUnit: "minute" })}`;
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
