import type { EventOf } from "./events.ts";
import { confirmIfProven } from "./evolve-rollback.ts";
import type { ChangeState, TargetState } from "./state.ts";

/** A change of verdict. Only a healthy one makes a target available again. */
export function evolveHealth(state: ChangeState, event: EventOf<"health-changed">): void {
  const target = state.targets.get(event.target);
  if (target === undefined) return;
  target.measurements = event.measurements;
  const healthy = event.verdict === "healthy";

  if (target.status === "verifying") {
    target.healthOk = healthy;
    if (!healthy) state.rollback?.confirmed.delete(event.target);
    return confirmIfProven(state, event.target);
  }
  if (target.status === "settling" && healthy) return becomeUpdated(state, event.target, target);
  if (target.status === "updated" && !healthy) return unsettle(state, event, target);
}

function becomeUpdated(state: ChangeState, name: string, target: TargetState): void {
  target.status = "updated";
  state.settling.delete(name);
  state.unavailable.delete(name);
  if (target.batch === state.batch.index) state.batch.left--;
  // A late-comer of an earlier batch: its own gate is behind it now.
  else state.watching.delete(name);
}

/** No longer healthy: it must settle again, and a failure (not a missing answer) restarts the bake. */
function unsettle(state: ChangeState, event: EventOf<"health-changed">, target: TargetState): void {
  target.status = "settling";
  state.settling.set(event.target, Date.parse(event.at));
  state.unavailable.add(event.target);
  if (target.batch !== state.batch.index) return;
  state.batch.left++;
  if (event.verdict === "unhealthy") state.batch.bakeStartedMs = null;
}
