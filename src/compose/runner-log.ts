import { randomBytes } from "node:crypto";
import type { DisplayStream } from "../cli/display.ts";
import { openRunnerLog } from "../cli/runner-log.ts";
import { redact } from "./secrets.ts";

const TOKEN_BYTES = 16;

/** The one log of the job that this process runs in. */
export const runnerLog = openRunnerLog({
  write: (text) => process.stdout.write(text),
  redact,
  newToken: () => randomBytes(TOKEN_BYTES).toString("hex"),
});

/** The same as a display writes to it. */
export const runnerStream: DisplayStream = {
  write(text) {
    runnerLog.write(text);
    return true;
  },
  command: runnerLog.command,
  on: (event, listener) => process.stdout.on(event, listener),
  off: (event, listener) => process.stdout.off(event, listener),
};

/** The job's last word, after which it is red. */
export function fail(message: string): void {
  runnerLog.annotate("error", message);
  process.exitCode = 1;
}
