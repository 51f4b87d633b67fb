import { nextBudgetMs, passBudgets } from "./decide-budgets.ts";
import { decideForward } from "./decide-forward.ts";
import { decideResponses, isResponding } from "./decide-once.ts";
import { decideRollback } from "./decide-rollback.ts";
import type { Measurement, StepRun } from "./event-parts.ts";
import type { ChangeEvent } from "./events.ts";
import { boundReason } from "./reasons.ts";
import type { ChangeState } from "./state.ts";

/** An event that is due but for its time, which is the moment that it is recorded. */
export type Fact = ChangeEvent extends infer E ? (E extends ChangeEvent ? Omit<E, "at"> : never) : never;

export type CheckPhase = "contact" | "preflight" | "verify";

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
  | Readonly<{ kind: "announce" }>
  /** Has this version succeeded in the other environment? */
  | Readonly<{ kind: "check-requirement"; index: number }>
  /** Everywhere where it is to be asked; `index` within its phase. */
  | Readonly<{ kind: "ask-check"; phase: CheckPhase; index: number }>
  | Readonly<{ kind: "give-notice" }>
  | Readonly<{ kind: "record-baseline"; check: string }>
  /** Makes, hashes, verifies and keeps it. */
  | Readonly<{ kind: "make-backup"; backup: string }>
  | Readonly<{ kind: "confirm-backups" }>
  /** Blue-green: ask which group is live. */
  | Readonly<{ kind: "observe-active" }>;

/** What to start now, side by side, and when to ask again if nothing happens before. */
export type Decision = Readonly<{ actions: readonly Action[]; wakeAtMs: number | null }>;

export const WAIT: Decision = { actions: [], wakeAtMs: null };

/** A trigger that needs no line in the plan. */
export type BuiltIn = "unanswered" | "health-gate" | "step-failure" | "verification" | "backup" | "window";

/**
 * The only place that chooses what happens next: same change, same events, same time, same decision.
 * The cost is that of what it decides, never that of all targets.
 */
export function decide(state: ChangeState, nowMs: number): Decision {
  if (state.outcome !== null || state.order?.command === "abort") return WAIT;
  const passed = passBudgets(state, nowMs);
  if (passed.length > 0) return { actions: passed, wakeAtMs: null };
  const responses = decideResponses(state);
  if (responses.length > 0) return { actions: responses, wakeAtMs: null };
  const side = [...probeDoubts(state), ...announce(state)];
  const decision = join(side, decideMain(state, nowMs));
  return decision.actions.length > 0 ? decision : wakeBy(decision, nextBudgetMs(state, nowMs));
}

function decideMain(state: ChangeState, nowMs: number): Decision {
  const ordered = obey(state);
  if (ordered !== null) return only(ordered);
  if (state.rollback !== null) return decideRollback(state, state.rollback, nowMs);
  // No step forward before everything that a dead process left behind has been asked about.
  if (state.inDoubt.size > 0) return WAIT;
  const decision = decideForward(state, nowMs);
  // Nor an end while something runs that a trigger has set off beside it.
  return isEnd(decision) && isResponding(state) ? WAIT : decision;
}

function isEnd({ actions }: Decision): boolean {
  return actions.some((action) => action.kind === "record" && action.fact.kind === "finished");
}

/** What a person wants to have undone, and restored. */
function obey({ order, rollback }: ChangeState): Action | null {
  if (order?.command !== "rollback") return null;
  const { by, restore = [] } = order;
  const again = rollback === null ? "rolled back" : "ordered";
  const reason = boundReason(
    `${again} by ${by}${restore.length > 0 ? `, restoring ${restore.join(", ")}` : ""}`,
  );
  const trigger = { kind: "trigger-fired", trigger: "manual", severity: "critical", reason, by } as const;
  return record({ ...trigger, measurements: [], restore: [...restore] });
}

/** People are told beside whatever goes on: nothing waits for it. */
function announce({ announcement }: ChangeState): Action[] {
  return announcement?.state === "due" ? [{ kind: "announce" }] : [];
}

function probeDoubts(state: ChangeState): Action[] {
  const room = state.change.rollout.parallel - state.inFlight.size;
  const actions: Action[] = [];
  for (const run of state.inDoubt.values()) {
    if (actions.length >= room) break;
    actions.push({ kind: "probe-step", run });
  }
  return actions;
}

export function join(actions: readonly Action[], decision: Decision): Decision {
  return { actions: [...actions, ...decision.actions], wakeAtMs: decision.wakeAtMs };
}

/** The earlier of the two. */
export function wakeBy({ actions, wakeAtMs }: Decision, otherMs: number | null): Decision {
  if (otherMs === null || (wakeAtMs !== null && wakeAtMs <= otherMs)) return { actions, wakeAtMs };
  return { actions, wakeAtMs: otherMs };
}

export function record(fact: Fact): Action {
  return { kind: "record", fact };
}

export function only(action: Action): Decision {
  return { actions: [action], wakeAtMs: null };
}

/** A built-in critical trigger: a failed step or gate needs no line in the plan. */
export function fire(trigger: BuiltIn, reason: string, measurements: readonly Measurement[] = []): Action {
  return record({
    kind: "trigger-fired",
    trigger,
    severity: "critical",
    reason: boundReason(reason),
    by: null,
    measurements: [...measurements],
  });
}

/** Stopped at rest: a person decides, and a resume goes on. */
export function hold(reasonCode: string, reason: string): Action {
  return record({ kind: "finished", outcome: "held", reasonCode, reason: boundReason(reason) });
}

/** A gate said no before anything was touched. */
export function reject(reasonCode: string, reason: string): Action {
  return record({ kind: "finished", outcome: "rejected", reasonCode, reason: boundReason(reason) });
}
