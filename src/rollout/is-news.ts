import type { EventOf } from "./events.ts";
import type { ChangeState } from "./state.ts";

type Fired = Pick<EventOf<"trigger-fired">, "trigger" | "severity">;

/**
 * Whether a trigger that was seen to fire still changes anything: many targets may break it in the same moment,
 * and what it answers with runs once. On the way back only what adds to it does.
 */
export function isNews(state: ChangeState, { trigger: name, severity }: Fired): boolean {
  const { rollback, pause, fired, outcome, change } = state;
  if (outcome !== null) return false;
  if (rollback === null) {
    const isAsked = pause?.kind === "question" && pause.trigger === name;
    return severity === "critical" || !isAsked;
  }
  const trigger = change.triggers.find((one) => one.name === name);
  if (severity !== "critical" || trigger === undefined) return false;
  return trigger.restore.length + trigger.respond.length > 0 && !fired.has(name);
}
