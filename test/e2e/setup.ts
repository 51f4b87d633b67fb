import { createRedactor } from "../../src/adapters/output/redactor.ts";
import { sanitiseLine } from "../../src/adapters/output/sanitise.ts";
import { collectOutput } from "../../src/adapters/process/collect-output.ts";
import { type SshCommandsOptions, sshCommands } from "../../src/adapters/ssh/ssh-commands.ts";
import type { Target } from "../../src/plan/change.ts";
import type { CommandCall } from "../../src/ports.ts";
import type { Sshd } from "./sshd.ts";

export const never = new AbortController().signal;

/** Host 1 is 127.0.1.1; there are more than a thousand. */
export function targetAt(number: number): Target {
  const at = number - 1;
  return {
    name: `web-${number}`,
    host: `127.0.${1 + Math.floor(at / 254)}.${1 + (at % 254)}`,
    zone: null,
  };
}

export function commandsTo(sshd: Sshd, more: Partial<SshCommandsOptions> = {}) {
  const lines: string[] = [];
  const output = { line: (label: string, text: string) => void lines.push(`${label}: ${text}`) };
  const rules = { output, sanitise: sanitiseLine, redact: createRedactor().redact };
  const commands = sshCommands({
    user: sshd.user,
    port: sshd.port,
    knownHostsFile: sshd.knownHostsFile,
    keyText: sshd.keyText,
    environment: "production",
    changeKey: "CHG-1",
    fencingToken: 1,
    collect: (label) => collectOutput(rules, label),
    sanitise: sanitiseLine,
    graceMs: 500,
    ...more,
  });
  return { commands, lines };
}

export function call(script: string, more: Partial<CommandCall> = {}): CommandCall {
  return {
    id: null,
    target: targetAt(1),
    on: "targets",
    script,
    env: {},
    timeoutMs: 20_000,
    label: "web-1",
    ...more,
  };
}
