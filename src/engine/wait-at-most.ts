import { offAbort, onAbort } from "../on-abort.ts";
import type { Clock } from "../ports.ts";

export type Patience = Readonly<{ ms: number; cancel: AbortSignal }>;

/**
 * Waits for the work, but no longer than the time allows, or until it is cancelled; leaves no timer
 * behind. null: it was not done by then.
 */
export async function waitAtMost<T>(
  clock: Clock,
  work: Promise<T>,
  limit: number | Patience,
): Promise<T | null> {
  const { ms, cancel } = typeof limit === "number" ? { ms: limit, cancel: null } : limit;
  const done = new AbortController();
  const end = () => done.abort("over");
  if (cancel?.aborted) end();
  if (cancel !== null) onAbort(cancel, end);
  try {
    return await Promise.race([work, clock.sleep(ms, done.signal).then(() => null)]);
  } finally {
    if (cancel !== null) offAbort(cancel, end);
    end();
  }
}
