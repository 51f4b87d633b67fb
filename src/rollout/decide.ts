import { decideForward } from "./decide-forward.ts";
import { decideRollback } from "./decide-rollback.ts";
import type { ChangeEvent, Measurement, StepRun } from "./events.ts";
import { boundReason } from "./reasons.ts";
import type { ChangeState } from "./state.ts";

/** An event that is due but for its time, which is the moment that it is recorded. */
export type Fact = ChangeEvent extends infer E ? (E extends ChangeEvent ? Omit<E, "at"> : never) : never;

export type Action =
  /** A fact that follows from the others. It is applied before the next action is looked at. */
  | Readonly<{ kind: "record"; fact: Fact }>
  | Readonly<{ kind: "run-step"; run: StepRun; tryNumber: number }>
  /** Find out what became of a run that a dead process started. */
  | Readonly<{ kind: "probe-step"; run: StepRun }>
  /** Before the first touch; `position` is the target's place in the list. */
  | Readonly<{ kind: "record-version"; target: string; position: number }>
  /** After the undo: is the recorded version back? */
  | Readonly<{ kind: "verify-version"; target: string }>
  | Readonly<{ kind: "announce" }>;

/** What to start now, side by side, and when to ask again if nothing happens before. */
export type Decision = Readonly<{ actions: readonly Action[]; wakeAtMs: number | null }>;

export const WAIT: Decision = { actions: [], wakeAtMs: null };

/**
 * The only place that chooses what happens next: same change, same events, same time, same decision.
 * The cost is that of what it decides, never that of all targets.
 */
export function decide(state: ChangeState, nowMs: number): Decision {
  if (state.outcome !== null) return WAIT;
  const probes = probeDoubts(state);
  if (state.rollback !== null) return join(probes, decideRollback(state, state.rollback, nowMs));
  // No step forward before everything that a dead process left behind has been asked about.
  return state.inDoubt.size > 0 ? { actions: probes, wakeAtMs: null } : decideForward(state, nowMs);
}

function probeDoubts(state: ChangeState): Action[] {
  const room = Math.max(0, state.change.rollout.parallel - state.inFlight.size);
  return [...state.inDoubt.values()].slice(0, room).map((run) => ({ kind: "probe-step", run }));
}

export function join(actions: readonly Action[], decision: Decision): Decision {
  return { actions: [...actions, ...decision.actions], wakeAtMs: decision.wakeAtMs };
}

export function record(fact: Fact): Action {
  return { kind: "record", fact };
}

export function only(action: Action): Decision {
  return { actions: [action], wakeAtMs: null };
}

/** A built-in critical trigger: a failed step or gate needs no line in the plan. */
export function fire(
  trigger: "health-gate" | "step-failure",
  reason: string,
  measurements: readonly Measurement[] = [],
): Action {
  return record({
    kind: "trigger-fired",
    trigger,
    severity: "critical",
    reason: boundReason(reason),
    by: null,
    measurements: [...measurements],
  });
}
