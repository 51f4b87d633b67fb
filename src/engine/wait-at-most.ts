import type { Clock } from "../ports.ts";

/** Waits for the work, but no longer than `ms`; leaves no timer behind. null: it was not done in time. */
export async function waitAtMost<T>(clock: Clock, work: Promise<T>, ms: number): Promise<T | null> {
  const done = new AbortController();
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then(() => null)]);
  } finally {
    done.abort();
  }
}
