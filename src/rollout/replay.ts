import type { Change } from "../plan/change.ts";
import type { ChangeEvent, EventOf } from "./events.ts";
import { evolve } from "./evolve.ts";
import { openState } from "./open-state.ts";
import type { ChangeState } from "./state.ts";

/** The state of the newest attempt. Earlier ones are over, and may speak of other targets. */
export function replay(change: Change, events: readonly ChangeEvent[]): ChangeState {
  const start = Math.max(
    0,
    events.findLastIndex((event) => event.kind === "attempt-started"),
  );
  const state = openState(change);
  // There is one issue for all attempts.
  state.issueUrl = findIssueUrl(events.slice(0, start));
  state.commandIds = findCommandIds(events.slice(0, start));
  state.approval = findApproval(change, events);
  return events.slice(start).reduce(evolve, state);
}

/** The state that a new attempt begins with: there is one issue for all, and an approval covers them. */
export function openAttempt(change: Change, events: readonly ChangeEvent[]): ChangeState {
  const state = openState(change);
  state.issueUrl = findIssueUrl(events);
  state.commandIds = findCommandIds(events);
  state.approval = findApproval(change, events);
  return state;
}

/** The newest approval of exactly what runs. */
function findApproval({ digest }: Change, events: readonly ChangeEvent[]): ChangeState["approval"] {
  const found = events.findLast((event) => event.kind === "approved" && event.digest === digest);
  return (found as EventOf<"approved"> | undefined) ?? null;
}

/** What was said in an earlier attempt has been carried out there. */
function findCommandIds(events: readonly ChangeEvent[]): Set<string> {
  return new Set(events.flatMap((event) => (event.kind === "commanded" ? [event.id] : [])));
}

function findIssueUrl(events: readonly ChangeEvent[]): string | null {
  const told = events.findLast(({ kind }) => kind === "announced" || kind === "reported");
  return told !== undefined && "url" in told ? told.url : null;
}
