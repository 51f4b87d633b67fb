import { unreachable } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import type { Holder, Outcome, StepRun } from "../rollout/event-parts.ts";
import type { ChangeEvent, EventOf } from "../rollout/events.ts";
import { quoteLine } from "./clean.ts";
import { describeTriggerEvent } from "./describe-people-event.ts";
import { describePhaseEvent } from "./describe-phase-event.ts";
import { sayDigest as digest, sayName as name, say, sayUrl as url } from "./event-words.ts";
import { type Naming, namingOf, stepNameOf } from "./naming.ts";
import { formatMs, listNames } from "./wording.ts";

/** The plan, or what is known beyond it. */
type Known = Change | Naming;

/**
 * One line of plain English, for a commit message, a timeline or a log. Outside text in it is bounded
 * and inert: no line end, mention, link, reference or runner command. With the change it names steps.
 */
export function describeEvent(event: ChangeEvent, known?: Known): string {
  const naming = known === undefined ? undefined : nameBy(known);
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
      return describeBatch(event, naming);
    case "step-started":
    case "step-finished":
    case "step-failed":
    case "step-interrupted":
    case "step-unstarted":
      return describeStepEvent(event, naming);
    case "health-changed":
    case "service-changed":
    case "breach-began":
    case "breach-ended":
    case "trigger-fired":
    case "commanded":
    case "question-expired":
      return describeTriggerEvent(event);
    case "target-failed":
    case "announced":
    case "announce-failed":
    case "target-rolled-back":
    case "rollback-failed":
    case "rollback-retried":
    case "reported":
      return describeRollback(event);
    default:
      return describePhaseEvent(event);
  }
}

/** `web-03: step "Install"`; without the change the step is known by its place only. */
export function describeStepRun(run: StepRun, known?: Known): string {
  const step = known === undefined ? null : stepNameOf(run, nameBy(known));
  const title = step === null ? String(run.step + 1) : `"${quoteLine(step, 60)}"`;
  // What surrounds a change is not undone: its `finally` is run whatever the outcome.
  const back = run.scope === "prepare" ? "finally" : "undo";
  const what = run.direction === "do" ? `step ${title}` : `${back} of step ${title}`;
  return run.target === null ? `${what} (${run.scope}, once)` : `${name(run.target)}: ${what}`;
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
  | "target-failed"
  | "announced"
  | "announce-failed"
  | "target-rolled-back"
  | "rollback-failed"
  | "rollback-retried"
  | "reported"
>;

function describeAttempt(event: EventOf<"attempt-started">): string {
  const what = `${name(event.change)} to version ${name(event.version)} in ${name(event.environment)}`;
  const by = `by ${describeHolder(event.holder)}, digest ${digest(event.digest)}`;
  return `Attempt ${event.attempt} started: ${what}, ${by}${describeOver(event)}`;
}

function describeOver({ over }: { over?: readonly string[] | undefined }): string {
  return over === undefined ? "" : `, over what ${over.map(name).join(", ")} has left`;
}

function describeProcess(event: ProcessEvent): string {
  switch (event.kind) {
    case "resumed": {
      const loss = "; facts since the last flush are lost, so what was open is in doubt";
      const anew =
        event.anew !== undefined
          ? "; others have acted here since, so what is there now is looked at anew"
          : "";
      const by = `${describeHolder(event.holder)}${describeOver(event)}`;
      return `Resumed by ${by}${event.writeAhead === "missing" ? loss : ""}${anew}`;
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

function describeBatch(event: BatchEvent, naming: Naming | undefined): string {
  const of = naming === undefined ? "" : ` of ${naming.batches.length}`;
  const batch = `Batch ${event.batch + 1}${of}`;
  if (event.kind === "batch-opened") return `${batch} opened: ${listNames(event.targets)}`;
  if (event.kind === "batch-passed") return `${batch} passed`;
  const bake = naming === undefined ? "bake time" : `bake time of ${formatMs(naming.change.rollout.bakeMs)}`;
  return `${batch} is healthy, ${bake} started`;
}

function describeStepEvent(event: StepEvent, naming: Naming | undefined): string {
  const run = upperFirst(describeStepRun(event, naming));
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

function describeRollback(event: RollbackEvent): string {
  switch (event.kind) {
    case "target-failed":
      return `${name(event.target)}: failed: ${say(event.reason)}`;
    case "announced":
      return `Announced: ${url(event.url)}`;
    case "announce-failed":
      return `Announcing failed: ${say(event.detail)}`;
    case "target-rolled-back":
      return `${name(event.target)}: rolled back and verified`;
    case "rollback-failed":
      return describeGivenUp(event);
    case "rollback-retried":
      return describeRetry(event);
    case "reported":
      return `Reported: ${url(event.url)}`;
    default:
      return unreachable(event);
  }
}

const ONCE = {
  before: "What runs once (before)",
  after: "What runs once (after)",
  switch: "The traffic",
  prepare: "What the preparation restricted",
  respond: "A response to the trigger",
  restore: "A backup",
  service: "The service",
} as const;

/** Going forward, too, there are things that are given up and told: a response, a `finally`. */
function describeGivenUp({ target, scope = "before", reason }: EventOf<"rollback-failed">): string {
  if (target !== null) return `${name(target)} could not be rolled back: ${say(reason)}`;
  return `${ONCE[scope]} ${GIVEN_UP[scope]}: ${say(reason)}`;
}

const GIVEN_UP = {
  before: "could not be rolled back",
  after: "could not be rolled back",
  switch: "could not be switched back",
  prepare: "could not be given back",
  respond: "could not be carried out",
  restore: "could not be restored",
  service: "is not back",
} as const;

function describeRetry({ by, repaired }: EventOf<"rollback-retried">): string {
  const whose = by === null ? "" : ` by ${name(by)}`;
  const why = repaired ? ", who vouches for what was repaired by hand: it is verified only" : "";
  return `Rollback tried again${whose}${why}`;
}

function describeHolder(holder: Holder): string {
  return `${name(holder.actor)} (${url(holder.where)})`;
}

/** Only a step that runs once starts with our own word; a target's name stays as it is. */
function upperFirst(text: string): string {
  return /^(step|undo of step|finally of step) /u.test(text) ? text[0]?.toUpperCase() + text.slice(1) : text;
}

function nameBy(known: Known): Naming {
  return "rollout" in known ? namingOf(known) : known;
}
