import type { Step } from "../plan/change.ts";
import type { StepRun } from "./event-parts.ts";
import { CUTS_MAX, UNDO_TRIES_MIN } from "./limits.ts";
import type { Ladder } from "./state.ts";

export type NextStep =
  | Readonly<{ kind: "run"; step: number; direction: StepRun["direction"] }>
  | Readonly<{ kind: "complete" }>
  | Readonly<{ kind: "failed"; reason: string }>;

/** Shared: among a hundred thousand targets hardly one is ever interrupted. */
const NO_CUTS: Ladder["cuts"] = Object.freeze({ do: 0, undo: 0 });

export function newLadder(): Ladder {
  return {
    done: 0,
    dirty: 0,
    direction: "do",
    tries: 0,
    cuts: NO_CUTS,
    half: null,
    detail: null,
    prior: null,
  };
}

/** The way up. A half-done step is retried, repeated or undone first: see `afterInterruption`. */
export function nextForward(steps: readonly Step[], ladder: Ladder): NextStep {
  if (ladder.cuts.do > CUTS_MAX) return cutTooOften(steps[ladder.done], ladder, "do");
  if (ladder.half === "interrupted") return afterInterruption(steps, ladder);
  const step = steps[ladder.done];
  if (step === undefined) return { kind: "complete" };
  if (ladder.half === "failed" && ladder.tries > step.retries) return failed(step, ladder);
  return { kind: "run", step: ladder.done, direction: "do" };
}

/** The way back: every step that may have changed something, newest first. */
export function nextBackward(steps: readonly Step[], ladder: Ladder): NextStep {
  const index = lastUndoable(steps, 0, ladder.dirty);
  return index === null ? { kind: "complete" } : undo(steps, ladder, index);
}

/** Repeating changes nothing, or the plan's author has said that it is safe. */
function isRepeatable(step: Step): boolean {
  return step.retries > 0 || isReadOnly(step);
}

/** The step that may have changed something for which there is no way back. */
export function findIrreversible(steps: readonly Step[], ladder: Ladder): Step | undefined {
  return steps.slice(0, ladder.dirty).find((step) => step.irreversible);
}

function isReadOnly(step: Step): boolean {
  return step.undo === null && !step.irreversible;
}

/**
 * Nobody knows how far the steps from `done` to `dirty` got. One that is safe to repeat is repeated;
 * otherwise they are undone, newest first, and started afresh. Neither is possible for an irreversible one.
 */
function afterInterruption(steps: readonly Step[], ladder: Ladder): NextStep {
  const first = steps[ladder.done];
  const again: NextStep = { kind: "run", step: ladder.done, direction: "do" };
  if (first !== undefined && ladder.dirty === ladder.done + 1 && isRepeatable(first)) return again;

  const doubtful = steps.slice(ladder.done, ladder.dirty);
  const blind = doubtful.find((step) => step.irreversible);
  if (blind !== undefined) {
    const reason = `step "${blind.name}" is irreversible and was interrupted: find out by hand whether it took effect`;
    return { kind: "failed", reason };
  }
  const index = lastUndoable(steps, ladder.done, ladder.dirty);
  return index === null ? again : undo(steps, ladder, index);
}

function undo(steps: readonly Step[], ladder: Ladder, index: number): NextStep {
  const step = steps[index]!;
  const triesMax = Math.max(UNDO_TRIES_MIN, step.retries + 1);
  if (ladder.cuts.undo > CUTS_MAX) return cutTooOften(step, ladder, "undo");
  if (ladder.direction === "undo" && ladder.tries >= triesMax) {
    return {
      kind: "failed",
      reason: `undo of step "${step.name}" failed ${ladder.tries} times: ${ladder.detail}`,
    };
  }
  return { kind: "run", step: index, direction: "undo" };
}

function cutTooOften(
  step: Step | undefined,
  { cuts, detail }: Ladder,
  direction: StepRun["direction"],
): NextStep {
  const what = `${direction === "undo" ? "undo of " : ""}step "${step?.name ?? ""}"`;
  return { kind: "failed", reason: `${what} was interrupted ${cuts[direction]} times: ${detail}` };
}

function lastUndoable(steps: readonly Step[], from: number, to: number): number | null {
  for (let index = to - 1; index >= from; index--) {
    if (steps[index]?.undo != null) return index;
  }
  return null;
}

function failed(step: Step, ladder: Ladder): NextStep {
  const times = ladder.tries > 1 ? ` ${ladder.tries} times` : "";
  return { kind: "failed", reason: `step "${step.name}" failed${times}: ${ladder.detail}` };
}

/** Which try of this step the next start is, in the direction that it takes. */
export function tryNumberOf(ladder: Ladder, direction: StepRun["direction"]): number {
  return ladder.direction === direction ? ladder.tries + 1 : 1;
}

/** Nothing was ever started here, but for what proved not to have been. */
export function isUntouched(ladder: Ladder): boolean {
  return ladder.dirty === 0 && ladder.direction === "do";
}

/** A start, before its effect: from here the step may be half done. */
export function climbStarted(ladder: Ladder, run: StepRun): void {
  const { dirty, direction, tries, half } = ladder;
  ladder.prior = { dirty, direction, tries, half };
  ladder.tries = tryNumberOf(ladder, run.direction);
  ladder.direction = run.direction;
  if (run.direction === "do") {
    ladder.dirty = Math.max(ladder.dirty, run.step + 1);
    ladder.half = null;
  }
}

export function climbFinished(ladder: Ladder, run: StepRun): void {
  if (run.direction === "do") {
    ladder.done = run.step + 1;
    ladder.half = null;
    forgetCuts(ladder, "do");
  } else {
    forgetCuts(ladder, "undo");
    ladder.dirty = run.step;
    ladder.done = Math.min(ladder.done, run.step);
    ladder.half = ladder.dirty > ladder.done ? "interrupted" : null;
  }
  ladder.tries = 0;
  ladder.prior = null;
}

function forgetCuts(ladder: Ladder, direction: StepRun["direction"]): void {
  if (ladder.cuts[direction] > 0) ladder.cuts = { ...ladder.cuts, [direction]: 0 };
}

export function climbFailed(ladder: Ladder, run: StepRun, detail: string): void {
  ladder.half = run.direction === "do" ? "failed" : "interrupted";
  ladder.detail = detail;
  ladder.prior = null;
}

/** An interruption is nobody's failure, so it uses up no try. */
export function climbInterrupted(ladder: Ladder, detail: string): void {
  ladder.half = "interrupted";
  ladder.tries = Math.max(0, ladder.tries - 1);
  const { cuts, direction } = ladder;
  ladder.cuts = { ...cuts, [direction]: cuts[direction] + 1 };
  ladder.detail = detail;
  ladder.prior = null;
}

/** The intent was never carried out: as if it had not been declared. */
export function climbUnstarted(ladder: Ladder): void {
  if (ladder.prior !== null) Object.assign(ladder, ladder.prior);
  ladder.prior = null;
}

/** Facts since the last flush are lost: any step of the list may have run. */
export function climbUnknown(ladder: Ladder, steps: readonly Step[]): void {
  ladder.dirty = steps.length;
  ladder.half = ladder.dirty > ladder.done ? "interrupted" : null;
  ladder.prior = null;
}

/** Somebody wants it tried again: as if it had never failed, but for what the failed step may have done. */
export function tryAnew(ladder: Ladder): void {
  ladder.tries = 0;
  if (ladder.half === "failed") ladder.half = "interrupted";
  ladder.cuts = NO_CUTS;
}

/** Given up: the list goes on with the step after it. */
export function skipStep(ladder: Ladder): void {
  ladder.done = Math.max(ladder.done + 1, ladder.dirty);
  ladder.dirty = ladder.done;
  ladder.half = null;
  ladder.tries = 0;
}
