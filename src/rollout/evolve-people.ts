import type { EventOf } from "./events.ts";
import type { ChangeState } from "./state.ts";

/** What the plan's trigger runs at once comes with it, whatever its severity. */
export function addResponses(state: ChangeState, event: EventOf<"trigger-fired">): void {
  const planned = state.change.triggers.find(({ name }) => name === event.trigger);
  state.responses.push(...(planned?.respond ?? []));
}

/** A warning asks a person; one question at a time, and none on the way back. */
export function warn(state: ChangeState, event: EventOf<"trigger-fired">): void {
  state.warnings.push(event);
  if (state.rollback !== null || state.pause !== null || state.outcome !== null) return;
  const deadlineMs = Date.parse(event.at) + state.change.onWarning.askMs;
  state.pause = { kind: "question", trigger: event.trigger, deadlineMs };
}

export function obeyCommand(state: ChangeState, event: EventOf<"commanded">): void {
  state.commandIds.add(event.id);
  switch (event.command) {
    case "continue":
      state.pause = null;
      return;
    case "hold":
      if (state.rollback === null) state.pause = { kind: "hold", by: event.by };
      return;
    default:
      state.order = event;
  }
}

export function expireQuestion(state: ChangeState, event: EventOf<"question-expired">): void {
  state.pause = event.otherwise === "hold" ? { kind: "hold", by: "the plan, as nobody answered" } : null;
}

export function breachKey({ trigger, target }: Readonly<{ trigger: string; target: string | null }>): string {
  return JSON.stringify([trigger, target]);
}

export function beginBreach(state: ChangeState, event: EventOf<"breach-began">): void {
  state.breaches.set(breachKey(event), { sinceMs: Date.parse(event.at) });
}

export function endBreach(state: ChangeState, event: EventOf<"breach-ended">): void {
  state.breaches.delete(breachKey(event));
}
