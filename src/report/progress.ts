import { unreachable } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState, TargetStatus } from "../rollout/state.ts";
import { accountOf } from "./accounting.ts";
import { eventLevel } from "./event-level.ts";
import { outcomeOf } from "./phase.ts";

/** How a target looks on a board; finer than its account. */
export const MARKS = [
  "updated",
  "changing",
  "failed",
  "unknown",
  "undoing",
  "rolled-back",
  "waiting",
] as const;
export type Mark = (typeof MARKS)[number];
export type Tally = Record<Mark, number>;

/**
 * Counts kept from event to event, so that a frame of the board never walks over all targets. It is
 * owned by whoever feeds it: `recordProgress` after each event has been applied to the state.
 */
export type Progress = {
  total: Tally;
  batches: readonly Tally[];
  batchOf: ReadonlyMap<string, number>;
  /** Of touched targets; every other one is waiting. */
  readonly marks: Map<string, Mark>;
  /** Targets that a person wants to see: failed, in doubt, or not healthy. */
  readonly trouble: Set<string>;
  /** When the step in flight started, by owner. */
  readonly startedMs: Map<string, number>;
  /** The last event that people are told of. */
  last: ChangeEvent | null;
};

export function openProgress(change: Change): Progress {
  return {
    ...countWaiting(change.rollout.batches),
    marks: new Map(),
    trouble: new Set(),
    startedMs: new Map(),
    last: null,
  };
}

type Waiting = Pick<Progress, "total" | "batches" | "batchOf">;

function countWaiting(members: ChangeState["batches"]): Waiting {
  const batchOf = new Map<string, number>();
  const batches = members.map((names, index) => {
    for (const name of names) batchOf.set(name, index);
    return tallyOf(names.length);
  });
  return { total: tallyOf(batchOf.size), batches, batchOf };
}

export function recordProgress(progress: Progress, event: ChangeEvent, state: ChangeState): void {
  if (eventLevel(event) !== "detail") progress.last = event;
  timeSteps(progress, event);
  if (event.kind === "active-observed" || event.kind === "attempt-started") recount(progress, state);
  if (isSweeping(event)) remarkAll(progress, state);
  else if ("target" in event && event.target !== null) remark(progress, state, event.target);
}

/** Board of a change that is read from the journal: the counts come from the state at once. */
export function progressOf(state: ChangeState): Progress {
  const progress = openProgress(state.change);
  recount(progress, state);
  remarkAll(progress, state);
  return progress;
}

/** Which targets are to be changed may become known only after the start: of two groups the idle one. */
function recount(progress: Progress, state: ChangeState): void {
  Object.assign(progress, countWaiting(state.batches));
  progress.marks.clear();
  progress.trouble.clear();
}

export function markOf(state: ChangeState, name: string): Mark {
  const target = state.targets.get(name);
  if (target === undefined || accountOf(state, name) === "untouched") return "waiting";
  if (state.inDoubt.has(name)) return "unknown";
  const mark = markStatus(target.status);
  const isMoving = mark === "changing" || mark === "undoing";
  return isMoving && outcomeOf(state) !== null ? "unknown" : mark;
}

function markStatus(status: TargetStatus): Mark {
  switch (status) {
    case "updating":
    case "settling":
      return "changing";
    case "updated":
      return "updated";
    case "failed":
    case "rollback-failed":
      return "failed";
    case "undoing":
    case "verifying":
      return "undoing";
    case "rolled-back":
      return "rolled-back";
    default:
      return unreachable(status);
  }
}

/** Events after which many targets may look different; they are rare. */
function isSweeping(event: ChangeEvent): boolean {
  switch (event.kind) {
    case "attempt-started":
    case "active-observed":
    case "resumed":
    case "trigger-fired":
    case "rollback-retried":
    case "interrupted":
    case "finished":
      return true;
    default:
      return false;
  }
}

function remarkAll(progress: Progress, state: ChangeState): void {
  for (const name of [...progress.marks.keys()]) if (!state.targets.has(name)) remark(progress, state, name);
  for (const name of state.targets.keys()) remark(progress, state, name);
}

function remark(progress: Progress, state: ChangeState, name: string): void {
  const batch = progress.batches[progress.batchOf.get(name) ?? -1];
  if (batch === undefined) return;
  const before = progress.marks.get(name) ?? "waiting";
  const mark = markOf(state, name);
  for (const tally of [batch, progress.total]) {
    tally[before]--;
    tally[mark]++;
  }
  if (mark === "waiting") progress.marks.delete(name);
  else progress.marks.set(name, mark);
  if (isTroubled(state, name, mark)) progress.trouble.add(name);
  else progress.trouble.delete(name);
}

function isTroubled(state: ChangeState, name: string, mark: Mark): boolean {
  if (mark === "failed" || mark === "unknown") return true;
  if (mark !== "changing" && mark !== "undoing") return false;
  const target = state.targets.get(name);
  return target?.measurements.some(({ verdict }) => verdict !== "healthy") ?? false;
}

function timeSteps(progress: Progress, event: ChangeEvent): void {
  switch (event.kind) {
    case "step-started":
      progress.startedMs.set(event.target ?? event.scope, Date.parse(event.at));
      return;
    case "step-finished":
    case "step-failed":
    case "step-interrupted":
    case "step-unstarted":
      progress.startedMs.delete(event.target ?? event.scope);
      return;
    case "resumed":
      progress.startedMs.clear();
  }
}

function tallyOf(waiting: number): Tally {
  return { updated: 0, changing: 0, failed: 0, unknown: 0, undoing: 0, "rolled-back": 0, waiting };
}
