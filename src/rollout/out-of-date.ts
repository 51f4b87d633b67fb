import type { ChangeEvent } from "./events.ts";
import { isUntouchedChange } from "./stages.ts";
import type { ChangeState } from "./state.ts";

/**
 * Whether another process may have changed the environment since this change's own last one looked at it:
 * `token` is that of the lease now. Past the first touch nobody else may have.
 */
export function isOutOfDate(state: ChangeState, events: readonly ChangeEvent[], token: number): boolean {
  if (state.rollback !== null || !isUntouchedChange(state)) return false;
  const last = events.findLast(({ kind }) => kind === "attempt-started" || kind === "resumed");
  return last !== undefined && "token" in last && last.token !== token - 1;
}
