import type { Change } from "../plan/change.ts";
import type { ChangeEvent, EventOf } from "../rollout/events.ts";
import { describeEvent } from "./describe-event.ts";
import { type EventLevel, eventLevel } from "./event-level.ts";
import { learnNames, type Naming, namingOf } from "./naming.ts";
import { recordStage, type StageSpans } from "./stage-spans.ts";
import { openUndoLedger, recordUndo, type UndoLedger } from "./undo-ledger.ts";

/** Of the lines worth keeping, these many first and last ones; bad news in between is kept as well. */
const HEAD_LINES = 60;
const TAIL_LINES = 120;
const BAD_NEWS_LINES = 60;
const ANSWERS_MAX = 50;

export type TimelineLine = Readonly<{
  /** Position among all lines worth keeping, from 1. */
  position: number;
  at: string;
  level: EventLevel;
  text: string;
}>;

/** Put into words only when it is shown: most lines are dropped before. */
type Kept = Readonly<{ position: number; level: EventLevel; event: ChangeEvent }>;

export type BatchTimes = { openedMs: number; bakeMs: number | null; passedMs: number | null };

/**
 * What a report tells of the past that the state no longer knows. Fed with every event, in order; its
 * size does not grow with the number of targets, only with that of batches. It is owned by whoever feeds it.
 */
export type Timeline = {
  readonly change: Change;
  /** Lines worth keeping so far. */
  total: number;
  readonly head: Kept[];
  readonly badNews: Kept[];
  readonly tail: Kept[];
  /** Of the newest attempt, by position of the batch. */
  batches: Map<number, BatchTimes>;
  undos: UndoLedger;
  /** The last answer of each check that a phase asks, by phase and position. */
  checks: Map<string, EventOf<"check-asked">>;
  /** What people have said, or failed to say, about warnings: the newest few. */
  answers: EventOf<"commanded" | "question-expired">[];
  stages: StageSpans;
  /** As far as they are known by now: see naming.ts. */
  naming: Naming;
};

export function openTimeline(change: Change): Timeline {
  return {
    change,
    total: 0,
    head: [],
    badNews: [],
    tail: [],
    batches: new Map(),
    undos: openUndoLedger(),
    checks: new Map(),
    answers: [],
    stages: [],
    naming: namingOf(change),
  };
}

export function recordInTimeline(timeline: Timeline, event: ChangeEvent): void {
  if (event.kind === "attempt-started") {
    timeline.batches = new Map();
    timeline.undos = openUndoLedger();
    timeline.checks = new Map();
    timeline.answers = [];
    timeline.stages = [];
  }
  recordAnswer(timeline, event);
  timeline.naming = learnNames(timeline.naming, event);
  recordStage(timeline.stages, event);
  if (event.kind === "batch-opened" || event.kind === "bake-started" || event.kind === "batch-passed") {
    timeBatch(timeline, event);
  }
  recordUndo(timeline.undos, event);
  const level = eventLevel(event);
  if (level !== "detail") keep(timeline, event, level);
}

function recordAnswer(timeline: Timeline, event: ChangeEvent): void {
  if (event.kind === "check-asked") timeline.checks.set(`${event.phase} ${event.check}`, event);
  if (event.kind !== "commanded" && event.kind !== "question-expired") return;
  timeline.answers.push(event);
  if (timeline.answers.length > ANSWERS_MAX) timeline.answers.shift();
}

export function readTimeline(change: Change, events: Iterable<ChangeEvent>): Timeline {
  const timeline = openTimeline(change);
  for (const event of events) recordInTimeline(timeline, event);
  return timeline;
}

/** The kept lines in order; a number stands for that many that were dropped there. */
export function* timelineEntries(timeline: Timeline): Generator<TimelineLine | number> {
  let position = 0;
  for (const kept of [...timeline.head, ...timeline.badNews, ...timeline.tail]) {
    if (kept.position > position + 1) yield kept.position - position - 1;
    position = kept.position;
    const { event, level } = kept;
    yield { position, at: event.at, level, text: describeEvent(event, timeline.naming) };
  }
}

function keep(timeline: Timeline, event: ChangeEvent, level: EventLevel): void {
  timeline.total++;
  const line = { position: timeline.total, level, event };
  if (timeline.head.length < HEAD_LINES) {
    timeline.head.push(line);
    return;
  }
  timeline.tail.push(line);
  const dropped = timeline.tail.length > TAIL_LINES ? timeline.tail.shift() : undefined;
  const isBad = dropped?.level === "critical" || dropped?.level === "warning";
  if (dropped !== undefined && isBad && timeline.badNews.length < BAD_NEWS_LINES)
    timeline.badNews.push(dropped);
}

function timeBatch(
  timeline: Timeline,
  event: EventOf<"batch-opened" | "bake-started" | "batch-passed">,
): void {
  const at = Date.parse(event.at);
  const times = timeline.batches.get(event.batch);
  if (times === undefined) {
    timeline.batches.set(event.batch, { openedMs: at, bakeMs: null, passedMs: null });
    return;
  }
  if (event.kind === "bake-started") times.bakeMs = at;
  if (event.kind === "batch-passed") times.passedMs = at;
}
