import { type Action, type Decision, only, reject, WAIT } from "./decide.ts";
import { boundReason, countTargets } from "./reasons.ts";
import { isActiveKnown, surveyed } from "./stages.ts";
import type { ChangeState } from "./state.ts";

/** Which group is idle, and what version every target has: what cannot be read could not be restored. */
export function decideSurvey(state: ChangeState): Decision {
  if (isActiveKnown(state)) return { actions: survey(state), wakeAtMs: null };
  if (state.asked.has("active")) return WAIT;
  if (state.activeUnknown !== null) {
    return only(reject("active-unknown", `which group is live is not known: ${state.activeUnknown}`));
  }
  return only({ kind: "observe-active" });
}

function survey(state: ChangeState): Action[] {
  const { length, nameAt } = surveyed(state);
  const { versions, unreadable, surveyOpen } = state;
  const actions: Action[] = [];
  // All are known or asked: the rest of the list is not walked again for every answer.
  if (versions.size + unreadable.size + surveyOpen >= length) return actions;
  for (let position = state.surveyNext; position < length; position++) {
    if (state.surveyOpen + actions.length >= state.change.rollout.parallel) break;
    const target = nameAt(position);
    if (state.versions.has(target) || state.unreadable.has(target)) continue;
    actions.push({ kind: "record-version", target, position });
  }
  return actions;
}

/** Too many cannot be read, and nothing has been touched yet; null: they can. */
export function rejectUnreadable(state: ChangeState): Action | null {
  const untouched = state.targets.size === 0 && state.once.before.dirty === 0;
  if (!untouched || state.unreadable.size <= state.change.rollout.maxFailures) return null;
  const [name, detail] = [...state.unreadable][0]!;
  const reason = `${countTargets(state.unreadable.size)} did not tell the version: ${name}: ${detail}`;
  return reject("version-unreadable", boundReason(reason));
}
