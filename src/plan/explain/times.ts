import { backoffMs, UNDO_TRIES_MIN } from "../../rollout/limits.ts";

/** How long something takes: what is likely, and what nothing that the plan allows can exceed. */
export type Times = Readonly<{ expectedMs: number; worstMs: number }>;

/** A plan states only what a command may take. People set that about ten times what they expect. */
const EXPECTED_SHARE = 0.1;
/** From this try on every pause is the longest. */
const LONGEST_PAUSE_TRY = 10;

/** What the times of a step depend on, before and after its defaults are filled in. */
type Timed = Readonly<{ timeoutMs: number; retries: number; undo: string | null }>;

export const NO_TIME: Times = { expectedMs: 0, worstMs: 0 };

/** A wait that the plan asks for: it takes what it says. */
export function waitTimes(ms: number): Times {
  return { expectedMs: ms, worstMs: ms };
}

/** One command, tried again after a failure. */
export function commandTimes(timeoutMs: number, tries = 1): Times {
  return { expectedMs: timeoutMs * EXPECTED_SHARE, worstMs: timeoutMs * tries + pausesMs(tries) };
}

export function stepTimes({ timeoutMs, retries }: Timed): Times {
  return commandTimes(timeoutMs, retries + 1);
}

export function undoTimes({ undo, timeoutMs, retries }: Timed): Times {
  return undo === null ? NO_TIME : commandTimes(timeoutMs, Math.max(UNDO_TRIES_MIN, retries + 1));
}

/** One after the other. */
export function sumTimes(parts: readonly Times[]): Times {
  return {
    expectedMs: parts.reduce((sum, { expectedMs }) => sum + expectedMs, 0),
    worstMs: parts.reduce((sum, { worstMs }) => sum + worstMs, 0),
  };
}

/** The same, so many times one after the other. */
export function repeatTimes({ expectedMs, worstMs }: Times, count: number): Times {
  return { expectedMs: expectedMs * count, worstMs: worstMs * count };
}

/** All pauses between so many tries. */
function pausesMs(tries: number): number {
  let waitedMs = 0;
  for (let next = 2; next <= tries; next += 1) waitedMs += backoffMs(Math.min(next, LONGEST_PAUSE_TRY));
  return waitedMs;
}
