import type { Change, Check, Condition, Trigger } from "../plan/change.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";
import { quoteLine } from "./clean.ts";
import { formatCount, formatMs, formatValue } from "./wording.ts";

/** Triggers and limits in words: plain text, with names made inert. */

export function findTrigger({ triggers }: Change, name: string): Trigger | null {
  return triggers.find((trigger) => trigger.name === name) ?? null;
}

export function findCheck({ health, preflight, verify, team }: Change, name: string): Check | null {
  const contacts = team.contacts.flatMap(({ test }) => (test === null ? [] : [test]));
  const all = [...health.checks, ...health.service, ...preflight.checks, ...verify, ...contacts];
  return all.find((check) => check.name === name) ?? null;
}

/** What the built-in triggers stand for. */
const BUILT_IN: Readonly<Record<string, string>> = {
  "health-gate": "a target was not healthy in time",
  "step-failure": "a step failed for good",
  verification: "a check of the verification did not pass",
  backup: "a backup was no longer what had been verified",
  window: "the window ends before what is left could be done and undone",
  unanswered: "nobody answered a warning in time",
  manual: "a person asked for it",
};

/** `check cpu above 95 for 10 min, on any target`. */
export function describeTrigger(change: Change, name: string): string | null {
  const trigger = findTrigger(change, name);
  return trigger === null
    ? Object.hasOwn(BUILT_IN, name)
      ? (BUILT_IN[name] ?? null)
      : null
    : describeCondition(change, trigger.when);
}

function describeCondition(change: Change, when: Condition): string {
  if (when.kind === "issues") {
    return `more than ${formatCount(when.moreThan)} open issues labelled ${quoteLine(when.label, 60)}`;
  }
  const check = findCheck(change, when.check);
  const limits = [
    when.above === null ? "" : `above ${formatMeasured(check, when.above)}`,
    when.below === null ? "" : `below ${formatMeasured(check, when.below)}`,
    when.worseBy === null ? "" : `worse than its baseline by ${formatValue(when.worseBy)} %`,
  ].filter((limit) => limit !== "");
  const told = limits.length === 0 ? "unhealthy" : limits.join(" or ");
  const isService = change.health.service.some(({ name }) => name === when.check);
  const where = isService
    ? ""
    : when.share === null
      ? ", on any target"
      : `, on ${formatValue(when.share)} % of the targets`;
  const held = when.forMs === 0 ? "" : ` for ${formatMs(when.forMs)}`;
  return `check ${quoteLine(when.check, 60)} ${told}${held}${where}`;
}

/** The limit that a measurement was held against: the trigger's own, or the check's. */
export function limitOf(state: ChangeState, trigger: string, { check: name }: Measurement): string {
  const { change, progress } = state;
  const check = findCheck(change, name);
  const when = findTrigger(change, trigger)?.when;
  if (when?.kind === "check" && when.check === name) {
    const { above, below, worseBy } = when;
    if (above !== null) return `above ${formatMeasured(check, above)}`;
    if (below !== null) return `below ${formatMeasured(check, below)}`;
    const baseline = progress.baselines.get(name) ?? null;
    if (worseBy !== null && baseline !== null) {
      return `${formatValue(worseBy)} % worse than ${formatMeasured(check, baseline)}`;
    }
  }
  return check === null ? "" : healthyLimit(check);
}

/** What the check itself calls healthy. */
export function healthyLimit(check: Check): string {
  const limits = [
    check.below === null ? "" : `below ${formatMeasured(check, check.below)}`,
    check.above === null ? "" : `above ${formatMeasured(check, check.above)}`,
  ].filter((limit) => limit !== "");
  return limits.length === 0 ? "" : `healthy ${limits.join(" and ")}`;
}

/** http and tcp measure a time; a command and a query print a number. */
export function formatMeasured(check: Check | null, value: number): string {
  const isTime = check?.probe.kind === "http" || check?.probe.kind === "tcp";
  return isTime ? formatMs(value) : formatValue(value);
}
