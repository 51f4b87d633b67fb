import type { ChangeEvent } from "./events.ts";
import { touches } from "./standing.ts";

/**
 * Whether others have acted since a change's own last process looked at what is there: nothing that they could read
 * of its newest attempt kept them out, and somebody has touched something under a later token. `flushed` counts the
 * events at the remote; what a lost process meant to do beyond them it has not begun, as no step starts before its
 * intent is there. `acted` is the token of whoever has touched anything last.
 */
export function isOutOfDate(
  events: readonly ChangeEvent[],
  { flushed, acted }: Readonly<{ flushed: number; acted: number }>,
): boolean {
  const begun = events.findLastIndex(({ kind }) => kind === "attempt-started");
  if (events.slice(begun, flushed).some(touches)) return false;
  const last = events.findLast((event) => event.kind === "attempt-started" || event.kind === "resumed");
  return last?.token !== undefined && last.token < acted;
}
