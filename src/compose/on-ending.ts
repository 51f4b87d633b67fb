const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

type Killable = Readonly<{ killAll(): void }>;

/** How this process ends: a signal cancels the change in order, and the last moment leaves no child behind. */
export type Ending = Readonly<{
  cancel: AbortSignal;
  /** These commands' processes are killed when our process exits. */
  watch<T extends Killable>(commands: T): T;
  release(): void;
}>;

export function onEnding(): Ending {
  const stop = new AbortController();
  const watched: Killable[] = [];
  const cancel = (signal: NodeJS.Signals) => stop.abort(signal);
  const killAll = () => {
    for (const commands of watched) commands.killAll();
  };
  for (const signal of SIGNALS) process.on(signal, cancel);
  process.on("exit", killAll);
  return {
    cancel: stop.signal,
    watch(commands) {
      watched.push(commands);
      return commands;
    },
    release() {
      for (const signal of SIGNALS) process.off(signal, cancel);
      process.off("exit", killAll);
    },
  };
}
