import { printDuration } from "../plan/units.ts";
import type { Commands } from "../ports.ts";
import { quoteLine } from "../report/clean.ts";

/** An answer that comes by then needs no words. */
const QUIET_MS = 2_000;

/**
 * The same commands. A probe may wait for a living step as long as that step's own timeout: whoever looks on is
 * told what is waited for, or would take it for a hang.
 */
export function tellWaits(commands: Commands, say: (line: string) => void): Commands {
  return {
    run: (call, signal) => commands.run(call, signal),
    async probe(call, signal) {
      const who = quoteLine(call.label ?? "A command");
      const limit = printDuration(call.timeoutMs);
      const timer = setTimeout(
        () =>
          say(`${who}: waiting for a step begun earlier that may still run; it has ${limit} from its start`),
        QUIET_MS,
      );
      try {
        return await commands.probe(call, signal);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
