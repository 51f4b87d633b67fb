import { offAbort, onAbort } from "../on-abort.ts";
import type { Clock } from "../ports.ts";

/** setTimeout fires at once when asked for more than this. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** Wall time at the start plus what has passed since: setting the machine's clock changes nothing. */
export function systemClock(): Clock {
  const startedMs = Date.now();
  const origin = performance.now();
  return { now: () => startedMs + Math.floor(performance.now() - origin), sleep };
}

async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  const until = performance.now() + ms;
  // At least one turn, and more for a duration beyond one timer or a timer that fires early.
  for (let leftMs = ms; leftMs > 0 && !signal?.aborted; leftMs = until - performance.now()) {
    await timer(Math.min(Math.ceil(leftMs), TIMER_MS_MAX), signal);
  }
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timeout);
      if (signal !== undefined) offAbort(signal, done);
      resolve();
    };
    const timeout = setTimeout(done, ms);
    if (signal !== undefined) onAbort(signal, done);
  });
}
