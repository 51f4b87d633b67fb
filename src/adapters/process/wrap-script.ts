import { randomUUID } from "node:crypto";
import { bootId, uptimeMs } from "./machine.ts";
import { RECEIPT_SHELL, receiptWords } from "./receipt.ts";

export const SHELL = "/bin/sh";
export const SHELL_NAME = "sh";

/** The variable by which the processes of a run are recognised, whatever they are called. */
export const RUN_VARIABLE = "CHANGE_DEPLOY_RUN";

export type Wrapped = Readonly<{ args: readonly string[]; nonce: string }>;

/** The shell's arguments for a script, whose receipt, if it keeps one, begins with the run's nonce. */
export function wrapScript(script: string, receipt: string | null): Wrapped {
  const nonce = randomUUID();
  if (receipt === null) return { args: ["-eu", "-c", script], nonce };
  boot ??= bootId();
  const words = receiptWords({ nonce, boot, uptimeMs: uptimeMs(), wallMs: Date.now() });
  return { args: ["-c", RECEIPT_SHELL, SHELL_NAME, receipt, words, script], nonce };
}

let boot: string | undefined;
