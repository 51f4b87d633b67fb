import { offAbort, onAbort } from "../../on-abort.ts";

/** setTimeout fires at once when asked for more than this. */
const TIMER_MS_MAX = 2 ** 31 - 1;

export type Patience = Readonly<{ ms: number; signals: readonly AbortSignal[] }>;
export type Limit = "timed-out" | "cancelled";

/** Waits for a value, but no longer than the patience lasts. A rejection is passed on. */
export async function within<T>(value: Promise<T>, { ms, signals }: Patience): Promise<T | Limit> {
  let dispose = () => {};
  const limit = new Promise<Limit>((resolve) => {
    const cancel = () => resolve("cancelled");
    const timer = setTimeout(() => resolve("timed-out"), Math.min(Math.max(ms, 0), TIMER_MS_MAX));
    for (const signal of signals) {
      if (signal.aborted) cancel();
      onAbort(signal, cancel);
    }
    dispose = () => {
      clearTimeout(timer);
      for (const signal of signals) offAbort(signal, cancel);
    };
  });
  try {
    return await Promise.race([value, limit]);
  } finally {
    dispose();
  }
}

/** Resolves when the patience is at its end. */
export async function pause(patience: Patience): Promise<Limit> {
  return within(new Promise<never>(() => {}), patience);
}
