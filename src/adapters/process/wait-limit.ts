import { setMaxListeners } from "node:events";

/** setTimeout fires at once when asked for more than this. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export type Limit = "timed-out" | "cancelled";
export type WaitLimit = Readonly<{ reached: Promise<Limit>; dispose(): void }>;

/** What ends a wait from outside: the time, or any of the signals. */
export function waitLimit(timeoutMs: number, signals: readonly AbortSignal[]): WaitLimit {
  let dispose = () => {};
  const reached = new Promise<Limit>((resolve) => {
    const cancel = () => resolve("cancelled");
    const timer = setTimeout(() => resolve("timed-out"), Math.min(timeoutMs, TIMER_MS_MAX));
    // One signal ends many runs: more listeners than ten are no leak here.
    setMaxListeners(0, ...signals);
    for (const signal of signals) {
      if (signal.aborted) cancel();
      signal.addEventListener("abort", cancel);
    }
    dispose = () => {
      clearTimeout(timer);
      for (const signal of signals) signal.removeEventListener("abort", cancel);
    };
  });
  return { reached, dispose };
}
