import { describeError } from "./exit.ts";

/** Where a command's answer goes: `answer` is the one document of --json, `print` is for people. */
export type Io = Readonly<{ answer(text: string): void; print(text: string): void }>;

export function printError(error: unknown, io: Io): void {
  const { code, message, hint } = describeError(error);
  io.print(`error ${code}: ${message}`);
  if (hint !== null) io.print(`  ${hint}`);
}
