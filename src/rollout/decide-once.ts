import { type Action, type Decision, only, record, WAIT } from "./decide.ts";
import type { StepRun } from "./event-parts.ts";
import { type NextStep, nextBackward, nextForward, tryNumberOf } from "./ladder.ts";
import { boundReason } from "./reasons.ts";
import type { ChangeState, OnceList, RollbackState } from "./state.ts";
import { stepsOf } from "./steps-of.ts";

/** How a list of once-steps goes on: its next step, or that it is done, or why it cannot. */
export type OnceDecision =
  | Readonly<{ kind: "complete" }>
  | Readonly<{ kind: "failed"; reason: string }>
  | Readonly<{ kind: "decision"; decision: Decision }>;

/** Between the steps of a list nothing else runs. */
export function climbOnce(state: ChangeState, list: OnceList): OnceDecision {
  return decideNext(state, list, nextForward(stepsOf(state, list), state.once[list]));
}

function decideNext(state: ChangeState, list: OnceList, next: NextStep): OnceDecision {
  if (next.kind !== "run") return next;
  if (isBusy(state)) return { kind: "decision", decision: WAIT };
  return { kind: "decision", decision: only(runOnce(state, list, next)) };
}

/** null: nothing of this list is left to undo, or it has been given up. */
export function undoOnce(
  state: ChangeState,
  rollback: RollbackState | null,
  list: OnceList,
): Decision | null {
  const next = nextBackward(stepsOf(state, list), state.once[list]);
  if (next.kind === "complete" || rollback?.failed.has(list)) return null;
  if (isBusy(state)) return WAIT;
  if (next.kind === "failed") return only(giveUpList(list, next.reason));
  return only(runOnce(state, list, next));
}

/** What a trigger runs at once: beside whatever else goes on, and before any undo. */
export function decideResponses(state: ChangeState): Action[] {
  if (state.inFlight.has("respond") || state.inDoubt.has("respond")) return [];
  const next = nextForward(state.responses, state.once.respond);
  if (next.kind === "run") return [runOnce(state, "respond", next)];
  return next.kind === "failed" ? [giveUpList("respond", next.reason)] : [];
}

export function isResponding({ once, responses, inFlight }: ChangeState): boolean {
  return once.respond.done < responses.length || inFlight.has("respond");
}

/**
 * A step runs, or may still run on behalf of a process that is gone. On the way forward what is being
 * asked counts too; a rollback waits for no check.
 */
export function isBusy({ inFlight, inDoubt, asked, rollback }: ChangeState): boolean {
  return inFlight.size + inDoubt.size + (rollback === null ? asked.size : 0) > 0;
}

/** Named, with what is left to do by hand. */
export function giveUpList(scope: OnceList | "service", reason: string): Action {
  return record({
    kind: "rollback-failed",
    target: null,
    scope: scope as Exclude<typeof scope, "each">,
    reason: boundReason(reason),
  });
}

function runOnce(
  state: ChangeState,
  scope: OnceList,
  { step, direction }: Pick<StepRun, "step" | "direction">,
): Action {
  const run = { scope, step, target: null, direction, run: state.runs + 1 };
  return { kind: "run-step", run, tryNumber: tryNumberOf(state.once[scope], direction) };
}
