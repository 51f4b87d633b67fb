import type { ChangeEvent, EventOf } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { accountTargets } from "./accounting.ts";
import { listByHand } from "./by-hand.ts";
import { quoteLine } from "./clean.ts";
import { COMMANDS } from "./commands.ts";
import { describeEvent } from "./describe-event.ts";
import { OTHERWISE } from "./describe-people-event.ts";
import { type EventLevel, eventLevel, outcomeLevel } from "./event-level.ts";
import { countWords, rerunWords } from "./outcome-words.ts";
import { outcomeOf } from "./phase.ts";
import { countOf, formatAt, formatCount, formatMs } from "./wording.ts";

export type LogEntry = Readonly<{
  kind: "group-start" | "group-end" | "line";
  level: EventLevel;
  /** Empty for a group's end. One inert line: no text in it is a command to a runner. */
  text: string;
}>;

/** Whether a group is open, from one event to the next; the caller keeps it. */
export type Log = { isOpen: boolean; isRollback: boolean };

const BY_HAND_SHOWN = 20;

export function openLog(): Log {
  return { isOpen: false, isRollback: false };
}

/**
 * The lines of one event, after it has been applied. Groups never nest, and what people must not
 * overlook (a trigger, the outcome) stands outside of them.
 */
export function renderLines(event: ChangeEvent, state: ChangeState, log: Log): LogEntry[] {
  const line = entry("line", eventLevel(event), describeEvent(event, state));
  switch (event.kind) {
    case "attempt-started":
      log.isRollback = false;
      return [...close(log), line];
    case "resumed":
      return [...close(log), line];
    case "batch-opened": {
      const size = countOf(event.targets.length, "target");
      const title = `Batch ${formatCount(event.batch + 1)} of ${formatCount(state.batches.length)} (${size})`;
      return [...open(log, title), line];
    }
    case "batch-passed":
      return [line, ...close(log)];
    case "trigger-fired":
      return event.severity === "critical" ? fireLines(log, line) : [line, ...questionLines(event, state)];
    case "rollback-retried":
      log.isRollback = true;
      return [...open(log, "Rollback"), line];
    case "interrupted":
    case "finished":
      return [...close(log), line, ...renderEnd(state)];
    default:
      return [line];
  }
}

/** A second trigger adds to the rollback that is under way. */
function fireLines(log: Log, line: LogEntry): LogEntry[] {
  if (log.isRollback) return [...close(log), line, ...open(log, "Rollback, going on")];
  log.isRollback = true;
  return [...close(log), line, ...open(log, "Rollback")];
}

/** How long a person has, and what they may say. A further warning asks nothing of its own. */
function questionLines({ trigger }: EventOf<"trigger-fired">, { pause, change }: ChangeState): LogEntry[] {
  if (pause?.kind !== "question" || pause.trigger !== trigger) return [];
  const said = COMMANDS.map(({ name }) => `/${name}`).join(", ");
  const otherwise = OTHERWISE[change.onWarning.otherwise];
  const text = `Waiting for an answer until ${formatAt(pause.deadlineMs)}: ${said}; without one ${otherwise}`;
  return [entry("line", "warning", text)];
}

/** What the whole came to: the last lines of a log. */
export function renderEnd(state: ChangeState): LogEntry[] {
  const outcome = outcomeOf(state);
  const level = outcome === null ? "info" : outcomeLevel(outcome);
  const took = formatMs(state.lastMs - state.startedMs);
  const byHand: LogEntry[] = [];
  let left = 0;
  for (const { target, scope, reason } of listByHand(state)) {
    const subject = target === null ? `what runs once (${scope})` : quoteLine(target.name, 60);
    if (byHand.length < BY_HAND_SHOWN)
      byHand.push(entry("line", "critical", `By hand: ${subject}: ${quoteLine(reason, 300)}`));
    else left++;
  }
  if (left > 0) byHand.push(entry("line", "critical", `By hand: ${formatCount(left)} more, see the report`));
  const rerun = rerunWords(state);
  return [
    entry("line", level, `${countWords(accountTargets(state).counts)}, after ${took}`),
    ...byHand,
    ...(rerun === null ? [] : [entry("line", "info", rerun)]),
  ];
}

function open(log: Log, title: string): LogEntry[] {
  const closed = close(log);
  log.isOpen = true;
  return [...closed, entry("group-start", "info", title)];
}

function close(log: Log): LogEntry[] {
  if (!log.isOpen) return [];
  log.isOpen = false;
  return [entry("group-end", "detail", "")];
}

function entry(kind: LogEntry["kind"], level: EventLevel, text: string): LogEntry {
  return { kind, level, text };
}
