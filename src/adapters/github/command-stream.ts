import { type CommandPoll, type GivenCommand, pollCommands } from "./comment-commands.ts";

/** Commands that nobody takes are kept up to this number; the oldest ones, which were given first. */
const WAITING_MAX = 100;

/** The same as `pollCommands`, to be read one by one. Ends with the signal; never throws. */
export async function* streamCommands(
  poll: Omit<CommandPoll, "onCommand">,
): AsyncGenerator<GivenCommand, void> {
  const waiting: GivenCommand[] = [];
  let wake: () => void = () => undefined;
  let hasEnded = false;
  const finished = pollCommands({
    ...poll,
    onCommand(command) {
      if (waiting.length < WAITING_MAX) waiting.push(command);
      wake();
    },
  }).finally(() => {
    hasEnded = true;
    wake();
  });
  for (;;) {
    const next = waiting.shift();
    if (next !== undefined) {
      yield next;
      continue;
    }
    if (hasEnded) break;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  await finished;
}
