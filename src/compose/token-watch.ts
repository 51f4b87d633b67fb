import { warnOfTokenAfterMs } from "../gate/token-expiry.ts";
import type { Clock } from "../ports.ts";

type World = Readonly<{
  clock: Clock;
  /** RUNNER_ENVIRONMENT. */
  runner: string | undefined;
  warn: (text: string) => void;
}>;

/**
 * Says an hour ahead that the job's token ends: what is done after that reaches neither the journal nor the
 * issue. The job cannot have begun after this process. Resolves to what ends the watch.
 */
export function watchToken({ clock, runner, warn }: World): () => void {
  const stop = new AbortController();
  const afterMs = warnOfTokenAfterMs(runner);
  if (afterMs === null) return () => undefined;
  void clock.sleep(afterMs, stop.signal).then(() => {
    if (stop.signal.aborted) return;
    warn(
      "The token of a job ends within the hour, and nothing can be recorded after that. Cancel this job and run it again before: it goes on where it stopped, with a new token. One that was given by the input `token` may last longer.",
    );
  });
  return () => stop.abort();
}
