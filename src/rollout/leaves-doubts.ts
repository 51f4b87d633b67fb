import type { ChangeState } from "./state.ts";

/**
 * Whether a process that ends like this leaves steps behind that may still be running. Whoever took over
 * elsewhere at once might meet them, so its lease has to run out first, or its death to be seen.
 */
export function leavesDoubts({ outcome, inDoubt, inFlight }: ChangeState): boolean {
  return outcome === null && inDoubt.size + inFlight.size > 0;
}
