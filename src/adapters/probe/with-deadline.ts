import { offAbort, onAbort } from "../../on-abort.ts";

export type Limit = "timed-out" | "cancelled";
export type Deadline = Readonly<{ timeoutMs: number; signal: AbortSignal }>;

/**
 * Answers by the deadline, whatever the work does: past it, or when the signal aborts, the work is
 * told to stop and `onLimit` answers instead. Rejects only with the work.
 */
export function withDeadline<T>(
  deadline: Deadline,
  onLimit: (limit: Limit) => T,
  work: (stop: AbortSignal) => Promise<T>,
): Promise<T> {
  const { timeoutMs, signal } = deadline;
  const stop = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const settle = (act: () => void) => {
      clearTimeout(timer);
      offAbort(signal, cancel);
      act();
      stop.abort();
    };
    const end = (limit: Limit) => settle(() => resolve(onLimit(limit)));
    const cancel = () => end("cancelled");
    const timer = setTimeout(end, timeoutMs, "timed-out");
    onAbort(signal, cancel);
    work(stop.signal).then(
      (value) => settle(() => resolve(value)),
      (error) => settle(() => reject(error)),
    );
  });
}
