/** What the engine does where no plan says otherwise. The explanation of a plan reckons with the same. */

/** Reading a target's version, before its first touch and after its undo. */
export const VERSION_TIMEOUT_MS = 30_000;

/** A version that cannot be read right after an undo is asked for again: the target may still be starting. */
export const VERSION_TRIES = 3;
export const VERSION_PAUSE_MS = 2_000;

/** An undo is tried this often at least: giving up leaves a person with the work. */
export const UNDO_TRIES_MIN = 3;

/** A step may be cut off this often, by a target that goes away or a runner that dies, before it counts as failed. */
export const CUTS_MAX = 5;

/** One sample of a check. */
export const PROBE_TIMEOUT_MS = 5_000;

const BACKOFF_FIRST_MS = 1_000;
const BACKOFF_MAX_MS = 30_000;

/** The pause before the second, third, … try of a step. */
export function backoffMs(tryNumber: number): number {
  return Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (tryNumber - 2));
}
