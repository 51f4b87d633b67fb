import { offAbort, onAbort } from "../on-abort.ts";

/** setTimeout fires at once when asked for more than this. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export type Limit = "timed-out" | "cancelled";
export type WaitLimit = Readonly<{ reached: Promise<Limit>; dispose(): void }>;

/** What ends a wait from outside: the time, or any of the signals. */
export function waitLimit(timeoutMs: number, signals: readonly AbortSignal[]): WaitLimit {
  let dispose = () => {};
  const reached = new Promise<Limit>((resolve) => {
    const cancel = () => resolve("cancelled");
    const timer = setTimeout(() => resolve("timed-out"), Math.min(Math.max(timeoutMs, 0), TIMER_MS_MAX));
    for (const signal of signals) {
      if (signal.aborted) cancel();
      onAbort(signal, cancel);
    }
    dispose = () => {
      clearTimeout(timer);
      for (const signal of signals) offAbort(signal, cancel);
    };
  });
  return { reached, dispose };
}
