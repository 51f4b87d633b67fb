type Waiting = Readonly<{ all: Set<() => void>; runAll: () => void }>;

const WAITING = new WeakMap<AbortSignal, Waiting>();

/**
 * Runs once the signal aborts, unless `offAbort` comes first; never, if it has aborted already. One signal
 * ends thousands of waits, and a signal's own list of listeners is walked for each that is added or removed.
 */
export function onAbort(signal: AbortSignal, run: () => void): void {
  const known = WAITING.get(signal);
  if (known === undefined) WAITING.set(signal, listen(signal, run));
  else known.all.add(run);
}

export function offAbort(signal: AbortSignal, run: () => void): void {
  const known = WAITING.get(signal);
  if (known === undefined) return;
  known.all.delete(run);
  if (known.all.size > 0) return;
  signal.removeEventListener("abort", known.runAll);
  WAITING.delete(signal);
}

function listen(signal: AbortSignal, run: () => void): Waiting {
  const all = new Set([run]);
  const runAll = () => {
    for (const one of all) one();
  };
  signal.addEventListener("abort", runAll, { once: true });
  return { all, runAll };
}
