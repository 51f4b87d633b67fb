import type { ChangeEvent } from "./events.ts";
import { touches } from "./standing.ts";

/**
 * Whether others may have acted since a change's own last process looked at what is there: nothing that they
 * could read of its newest attempt keeps them out, and the lease was somebody else's in between. `flushed` counts
 * the events at the remote; what a lost process meant to do beyond them it has not begun, as no step starts before
 * its intent is there.
 */
export function isOutOfDate(
  events: readonly ChangeEvent[],
  { flushed, token }: Readonly<{ flushed: number; token: number }>,
): boolean {
  const begun = events.findLastIndex(({ kind }) => kind === "attempt-started");
  if (events.slice(begun, flushed).some(touches)) return false;
  const last = events.findLast(({ kind }) => kind === "attempt-started" || kind === "resumed");
  return last !== undefined && "token" in last && last.token !== token - 1;
}
