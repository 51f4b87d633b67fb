import { unreachable } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import type { Holder, Measurement, Outcome, StepRun } from "../rollout/event-parts.ts";
import type { ChangeEvent, EventOf } from "../rollout/events.ts";
import { quoteLine } from "./clean.ts";
import { isPlainUrl } from "./markdown.ts";
import { countOf, formatMs, formatValue, listNames } from "./wording.ts";

const DETAIL_POINTS_MAX = 300;
const MEASUREMENTS_SHOWN = 3;

/**
 * One line of plain English, for a commit message, a timeline or a log. Outside text in it is bounded
 * and inert: no line end, mention, link, reference or runner command. With the change it names steps.
 */
export function describeEvent(event: ChangeEvent, change?: Change): string {
  switch (event.kind) {
    case "attempt-started":
      return describeAttempt(event);
    case "resumed":
    case "lease-taken-over":
    case "interrupted":
    case "finished":
      return describeProcess(event);
    case "version-recorded":
    case "version-unreadable":
    case "version-verified":
      return describeVersion(event);
    case "batch-opened":
    case "bake-started":
    case "batch-passed":
      return describeBatch(event, change);
    case "step-started":
    case "step-finished":
    case "step-failed":
    case "step-interrupted":
    case "step-unstarted":
      return describeStepEvent(event, change);
    case "health-changed":
      return describeHealth(event);
    case "target-failed":
      return `${name(event.target)}: failed: ${say(event.reason)}`;
    default:
      return describeRollback(event);
  }
}

/** `web-03: step "Install"`; without the change the step is known by its place only. */
export function describeStepRun(run: StepRun, change?: Change): string {
  const step = change?.apply[run.scope][run.step];
  const title = step === undefined ? String(run.step + 1) : `"${quoteLine(step.name, 60)}"`;
  const what = run.direction === "do" ? `step ${title}` : `undo of step ${title}`;
  return run.target === null ? `${what} (${run.scope}, once)` : `${name(run.target)}: ${what}`;
}

/** What was measured, the bad news first: `web-03 alive: unhealthy, 503 instead of 200`. */
export function describeMeasurement(measurement: Measurement): string {
  const { target, check, verdict } = measurement;
  const subject = target === null ? name(check) : `${name(target)} ${name(check)}`;
  return `${subject}: ${verdict}, ${describeSample(measurement)}`;
}

function describeSample({ value, detail }: Measurement): string {
  const told = [value === null ? "" : `measured ${formatValue(value)}`, quoteLine(detail, 160)];
  return told.filter((part) => part !== "").join(", ") || "no details";
}

export function describeOutcome(outcome: Outcome): string {
  return outcome.replaceAll("-", " ");
}

type ProcessEvent = EventOf<"resumed" | "lease-taken-over" | "interrupted" | "finished">;
type VersionEvent = EventOf<"version-recorded" | "version-unreadable" | "version-verified">;
type BatchEvent = EventOf<"batch-opened" | "bake-started" | "batch-passed">;
type StepEvent = EventOf<
  "step-started" | "step-finished" | "step-failed" | "step-interrupted" | "step-unstarted"
>;
type RollbackEvent = EventOf<
  | "trigger-fired"
  | "announced"
  | "announce-failed"
  | "target-rolled-back"
  | "rollback-failed"
  | "rollback-retried"
  | "reported"
>;

function describeAttempt(event: EventOf<"attempt-started">): string {
  const what = `${name(event.change)} to version ${name(event.version)} in ${name(event.environment)}`;
  return `Attempt ${event.attempt} started: ${what}, by ${describeHolder(event.holder)}, digest ${digest(event.digest)}`;
}

function describeProcess(event: ProcessEvent): string {
  switch (event.kind) {
    case "resumed": {
      const loss = "; facts since the last flush are lost, so what was open is in doubt";
      return `Resumed by ${describeHolder(event.holder)}${event.writeAhead === "missing" ? loss : ""}`;
    }
    case "lease-taken-over":
      return `Lease taken over from ${describeHolder(event.from)}: ${say(event.proof)}`;
    case "interrupted":
      return `Interrupted: ${say(event.cause)}`;
    case "finished":
      return `Finished: ${describeOutcome(event.outcome)} (${name(event.reasonCode)}): ${say(event.reason)}`;
    default:
      return unreachable(event);
  }
}

function describeVersion(event: VersionEvent): string {
  const target = name(event.target);
  if (event.kind === "version-recorded") return `${target}: version ${name(event.version)} recorded`;
  if (event.kind === "version-unreadable")
    return `${target}: version could not be read: ${say(event.detail)}`;
  const found = event.version === null ? null : name(event.version);
  if (event.ok)
    return found === null
      ? `${target}: no earlier version to compare with`
      : `${target}: version ${found} is back`;
  return found === null
    ? `${target}: no version could be read after the undo`
    : `${target}: version ${found} after the undo is not the one recorded before`;
}

function describeBatch(event: BatchEvent, change: Change | undefined): string {
  const of = change === undefined ? "" : ` of ${change.rollout.batches.length}`;
  const batch = `Batch ${event.batch + 1}${of}`;
  if (event.kind === "batch-opened") return `${batch} opened: ${listNames(event.targets)}`;
  if (event.kind === "batch-passed") return `${batch} passed`;
  const bake = change === undefined ? "bake time" : `bake time of ${formatMs(change.rollout.bakeMs)}`;
  return `${batch} is healthy, ${bake} started`;
}

function describeStepEvent(event: StepEvent, change: Change | undefined): string {
  const run = upperFirst(describeStepRun(event, change));
  switch (event.kind) {
    case "step-started":
      return `${run} started`;
    case "step-finished":
      return `${run} finished in ${formatMs(event.ms)}`;
    case "step-failed":
      return `${run} failed after ${formatMs(event.ms)}: ${say(event.detail)}`;
    case "step-interrupted":
      return `${run} was interrupted and may be half done: ${say(event.detail)}`;
    case "step-unstarted":
      return `${run} turns out never to have started`;
    default:
      return unreachable(event);
  }
}

function describeHealth(event: EventOf<"health-changed">): string {
  const telling = event.measurements.filter((m) => m.verdict !== "healthy");
  const shown = telling.slice(0, MEASUREMENTS_SHOWN).map((m) => `${name(m.check)}: ${describeSample(m)}`);
  const more =
    telling.length > shown.length ? [`${countOf(telling.length - shown.length, "check")} more`] : [];
  return `${name(event.target)}: ${[event.verdict, ...shown, ...more].join("; ")}`;
}

function describeRollback(event: RollbackEvent): string {
  switch (event.kind) {
    case "trigger-fired": {
      const by = event.by === null ? "" : `, by ${name(event.by)}`;
      return `Trigger ${name(event.trigger)} fired (${event.severity}${by}): ${say(event.reason)}`;
    }
    case "announced":
      return `Announced: ${url(event.url)}`;
    case "announce-failed":
      return `Announcing failed: ${say(event.detail)}`;
    case "target-rolled-back":
      return `${name(event.target)}: rolled back and verified`;
    case "rollback-failed":
      return `${rollbackSubject(event)} could not be rolled back: ${say(event.reason)}`;
    case "rollback-retried":
      return event.by === null ? "Rollback tried again" : `Rollback tried again by ${name(event.by)}`;
    case "reported":
      return `Reported: ${url(event.url)}`;
    default:
      return unreachable(event);
  }
}

function rollbackSubject(event: EventOf<"rollback-failed">): string {
  return event.target === null ? `What runs once (${event.scope ?? "before"})` : name(event.target);
}

function describeHolder(holder: Holder): string {
  return `${name(holder.actor)} (${url(holder.where)})`;
}

/** Ours, and to be compared by eye: not broken up like other text, as long as it is one. */
function digest(text: string): string {
  return /^[0-9a-f]{12}/u.test(text) ? text.slice(0, 12) : name(text);
}

function name(text: string): string {
  return quoteLine(text, 80) || "(unnamed)";
}

function say(text: string): string {
  return quoteLine(text, DETAIL_POINTS_MAX) || "no details";
}

/** Ours, and meant to be followed; anything that is not plainly an address is inert like other text. */
function url(text: string): string {
  return isPlainUrl(text) ? text : say(text);
}

/** Only a step that runs once starts with our own word; a target's name stays as it is. */
function upperFirst(text: string): string {
  return /^(step|undo of step) /u.test(text) ? text[0]?.toUpperCase() + text.slice(1) : text;
}
