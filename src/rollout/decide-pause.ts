import { type Decision, fire, hold, only, record, wakeBy } from "./decide.ts";
import { goOnMoving } from "./decide-batch.ts";
import { isBusy } from "./decide-once.ts";
import type { ChangeState, Pause } from "./state.ts";

/** Nothing new starts; what has been started comes to rest. Then a person is waited for, or the change is held. */
export function decidePause(state: ChangeState, pause: Pause, nowMs: number): Decision {
  if (pause.kind === "question" && nowMs >= pause.deadlineMs) return expire(state, pause);
  const deadlineMs = pause.kind === "question" ? pause.deadlineMs : null;
  const moving = goOnMoving(state, nowMs);
  if (moving !== null) return moving.actions.length > 0 ? moving : wakeBy(moving, deadlineMs);
  if (pause.kind === "question" || isBusy(state)) return { actions: [], wakeAtMs: deadlineMs };
  return only(hold("on-hold", `held by ${pause.by}`));
}

function expire(state: ChangeState, { trigger }: Extract<Pause, { kind: "question" }>): Decision {
  const { otherwise } = state.change.onWarning;
  const expired = record({ kind: "question-expired", trigger, otherwise });
  if (otherwise !== "rollback") return only(expired);
  const warning = state.warnings.findLast((one) => one.trigger === trigger);
  const reason = `nobody answered in time: ${warning?.reason ?? trigger}`;
  return { actions: [expired, fire("unanswered", reason, warning?.measurements)], wakeAtMs: null };
}
