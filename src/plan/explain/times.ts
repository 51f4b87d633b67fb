import type { Step } from "../change.ts";

/** How long something takes: what is likely, and what nothing that the plan allows can exceed. */
export type Times = Readonly<{ expectedMs: number; worstMs: number }>;

/** A plan states only what a command may take. People set that about ten times what they expect. */
const EXPECTED_SHARE = 0.1;
/** Before the second, third, … try of a step the engine waits 1 s, 2 s, 4 s and so on, up to this. */
const BACKOFF_MAX_MS = 30_000;
/** An undo is tried this often at least, whatever `retries` says. */
const UNDO_TRIES_MIN = 3;

export const NO_TIME: Times = { expectedMs: 0, worstMs: 0 };

/** A wait that the plan asks for: it takes what it says. */
export function waitTimes(ms: number): Times {
  return { expectedMs: ms, worstMs: ms };
}

/** One command, tried again after a failure. */
export function commandTimes(timeoutMs: number, tries = 1): Times {
  return { expectedMs: timeoutMs * EXPECTED_SHARE, worstMs: timeoutMs * tries + backoffMs(tries) };
}

export function stepTimes({ timeoutMs, retries }: Step): Times {
  return commandTimes(timeoutMs, retries + 1);
}

export function undoTimes({ undo, timeoutMs, retries }: Step): Times {
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

function backoffMs(tries: number): number {
  let waitedMs = 0;
  for (let next = 2; next <= tries; next += 1) {
    waitedMs += Math.min(BACKOFF_MAX_MS, 1_000 * 2 ** Math.min(next - 2, 10));
  }
  return waitedMs;
}
