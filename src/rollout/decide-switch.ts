import { type Decision, fire, only, WAIT } from "./decide.ts";
import { climbOnce } from "./decide-once.ts";
import type { ChangeState } from "./state.ts";

/**
 * Blue-green: sends the traffic to the group that has become healthy. null where there is none, or it is done.
 * A switch whose end nobody knows is looked up at the balancer: it is never simply repeated.
 */
export function decideSwitch(state: ChangeState): Decision | null {
  const { half, direction } = state.once.switch;
  if (half === "interrupted" && direction === "do") return lookUp(state);
  const next = climbOnce(state, "switch");
  if (next.kind === "complete") return null;
  return next.kind === "failed" ? only(fire("step-failure", next.reason)) : next.decision;
}

function lookUp(state: ChangeState): Decision {
  if (state.asked.has("active")) return WAIT;
  if (state.activeUnknown === null) return only({ kind: "observe-active" });
  const why = `the switch was interrupted, and which group is live is not known: ${state.activeUnknown}`;
  return only(fire("step-failure", why));
}
