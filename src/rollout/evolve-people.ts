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
  askAnnouncement(state);
}

/** What people read is brought up to date, once what is under way is done. */
export function askAnnouncement(state: ChangeState): void {
  state.announcement = { state: "due", url: state.announcement?.url ?? state.issueUrl };
}

export function obeyCommand(state: ChangeState, event: EventOf<"commanded">): void {
  state.commandIds.add(event.id);
  if (state.announcement !== null) askAnnouncement(state);
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
  state.breaches.set(breachKey(event), { sinceMs: Date.parse(event.at), heldMs: 0 });
}

/** The time that was served stays served; how long nobody looked does not count. */
export function carryBreaches(state: ChangeState, atMs: number): void {
  for (const breach of state.breaches.values()) {
    breach.heldMs += Math.max(0, state.lastMs - breach.sinceMs);
    breach.sinceMs = atMs;
  }
}

export function endBreach(state: ChangeState, event: EventOf<"breach-ended">): void {
  state.breaches.delete(breachKey(event));
}

/** People are told of it where they have been told of anything before. */
export function passBudget(state: ChangeState, { budget }: EventOf<"budget-passed">): void {
  state.spent.passed.add(budget);
  if (state.announcement !== null) askAnnouncement(state);
}
