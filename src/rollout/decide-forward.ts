import { type Action, type Decision, fire, hold, only, record, WAIT } from "./decide.ts";
import { decideApply } from "./decide-apply.ts";
import { decideGate } from "./decide-gate.ts";
import { isBusy, undoOnce } from "./decide-once.ts";
import { decidePause } from "./decide-pause.ts";
import { decideBackups, decideChecks, decideNotice, decidePreparation } from "./decide-prepare.ts";
import { decideSurvey } from "./decide-survey.ts";
import { countTargets } from "./reasons.ts";
import { stageOf } from "./stages.ts";
import type { ChangeState } from "./state.ts";

/** The way to the new version, stage by stage. */
export function decideForward(state: ChangeState, nowMs: number): Decision {
  if (state.failures > state.change.rollout.maxFailures) return only(giveUp(state));
  if (state.pause !== null) return decidePause(state, state.pause, nowMs);
  switch (stageOf(state, nowMs)) {
    case "gate":
      return decideGate(state, nowMs);
    case "checks":
      return decideChecks(state);
    case "survey":
      return decideSurvey(state);
    case "notice":
      return decideNotice(state, nowMs);
    case "backup":
      return decideBackups(state);
    case "prepare":
      return decidePreparation(state);
    case "apply":
      return decideApply(state, nowMs);
    case "verify":
      return decideVerification(state);
    case "resume":
      return undoOnce(state, null, "prepare") ?? WAIT;
    default:
      return only(finish(state));
  }
}

/** One after the other, as performance is not measured beside something else. A failure rolls back. */
function decideVerification(state: ChangeState): Decision {
  const { change, progress } = state;
  const { refusal } = progress;
  if (refusal !== null) {
    return only(fire("verification", `verification "${refusal.name}" failed`, refusal.measurements));
  }
  if (progress.verified >= change.verify.length) {
    return only(record({ kind: "phase-reached", phase: "verify" }));
  }
  return isBusy(state) ? WAIT : only({ kind: "ask-check", phase: "verify", index: progress.verified });
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

/** Success is every target updated and verified, and the service given back. */
function finish(state: ChangeState): Action {
  const { unresumed } = state.progress;
  if (unresumed !== null) return hold("service-not-resumed", `the service was not given back: ${unresumed}`);
  const reason = `${countTargets(state.targets.size)} updated and healthy`;
  return record({ kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason });
}
