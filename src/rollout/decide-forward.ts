import { type Action, type Decision, fire, only, record, WAIT } from "./decide.ts";
import { decideBatch } from "./decide-batch.ts";
import { nextForward, tryNumberOf } from "./ladder.ts";
import { boundReason, countTargets } from "./reasons.ts";
import type { ChangeState } from "./state.ts";

/** The way to the new version: survey, once before, batch by batch, once after. */
export function decideForward(state: ChangeState, nowMs: number): Decision {
  if (isSurveying(state)) return { actions: survey(state), wakeAtMs: null };
  if (isHopeless(state)) return only(reject(state));
  if (state.failures > state.change.rollout.maxFailures) return only(giveUp(state));
  return (
    decideOnce(state, "before") ??
    decideBatch(state, nowMs) ??
    decideOnce(state, "after") ??
    only(finish(state))
  );
}

function isSurveying(state: ChangeState): boolean {
  const { versionCommand, targets } = state.change;
  return versionCommand !== null && state.versions.size + state.unreadable.size < targets.length;
}

/** Every version is read before the first touch: what cannot be read could not be restored. */
function survey(state: ChangeState): Action[] {
  const { targets, rollout } = state.change;
  const actions: Action[] = [];
  for (let position = state.surveyNext; position < targets.length; position++) {
    if (state.surveyOpen + actions.length >= rollout.parallel) break;
    const target = targets[position]!.name;
    if (state.versions.has(target) || state.unreadable.has(target)) continue;
    actions.push({ kind: "record-version", target, position });
  }
  return actions;
}

/** Too many cannot be read, and nothing has been touched yet. */
function isHopeless(state: ChangeState): boolean {
  const untouched = state.targets.size === 0 && state.before.dirty === 0;
  return untouched && state.unreadable.size > state.change.rollout.maxFailures;
}

function reject(state: ChangeState): Action {
  const [name, detail] = [...state.unreadable][0]!;
  const reason = `${countTargets(state.unreadable.size)} did not tell the version: ${name}: ${detail}`;
  return record({
    kind: "finished",
    outcome: "rejected",
    reasonCode: "version-unreadable",
    reason: boundReason(reason),
  });
}

/** null: this list of once-steps is done. Between its steps nothing else runs. */
function decideOnce(state: ChangeState, scope: "before" | "after"): Decision | null {
  const steps = state.change.apply[scope];
  const ladder = state[scope];
  const next = nextForward(steps, ladder);
  if (next.kind === "complete") return null;
  if (state.inFlight.size > 0) return WAIT;
  if (next.kind === "run") {
    const { step, direction } = next;
    const run = { scope, step, target: null, direction, run: state.runs + 1 };
    return only({ kind: "run-step", run, tryNumber: tryNumberOf(ladder, direction) });
  }
  return only(fire("step-failure", next.reason));
}

/** More failures than the plan allows: the last one is the trigger. */
function giveUp(state: ChangeState): Action {
  const { failures, lastFailure, change } = state;
  const last = lastFailure!;
  const allowed = change.rollout.maxFailures;
  const limit = allowed === 0 ? "" : ` (failure ${failures}, max-failures is ${allowed})`;
  const trigger = last.cause === "health" ? "health-gate" : "step-failure";
  const measurements = state.targets.get(last.target)?.measurements;
  return fire(trigger, `${last.target}: ${last.reason}${limit}`, measurements);
}

/** Success is every target updated; tolerated failures leave the change unfinished. */
function finish(state: ChangeState): Action {
  if (state.failures === 0) {
    const reason = `${countTargets(state.targets.size)} updated and healthy`;
    return record({ kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason });
  }
  const reason = `${countTargets(state.failures)} failed, which max-failures allows: mend and resume, or roll back`;
  return record({ kind: "finished", outcome: "held", reasonCode: "targets-failed", reason });
}
