/** A log that a runner reads along: what is ours may command it, and nothing else. */
export type CommandLog = Readonly<{
  /** Text that may hold anything: while it stands there the runner obeys nobody. */
  write(text: string): void;
  /** One of our own commands, such as `::group::`. */
  command(line: string): void;
  /** Before another part of us gives a command by itself, and at the end. */
  resume(): void;
}>;

/**
 * Keeps the runner from obeying while foreign text is written. It listens again only at the token, a
 * new one each time, which nothing that runs under us can know. The pause lasts until the next
 * command of ours, so that a log is not doubled by its own guards.
 */
export function stopCommands(options: { write: (text: string) => void; newToken: () => string }): CommandLog {
  let token: string | null = null;
  const resume = () => {
    if (token !== null) options.write(`::${token}::\n`);
    token = null;
  };
  return {
    write(text) {
      if (token === null) {
        token = options.newToken();
        options.write(`::stop-commands::${token}\n`);
      }
      options.write(text);
    },
    command(line) {
      resume();
      options.write(`${line}\n`);
    },
    resume,
  };
}
