import path from "node:path";
import { collectOutput, type OutputRules } from "../adapters/process/collect-output.ts";
import { localCommands } from "../adapters/process/local-commands.ts";
import { sshCommands } from "../adapters/ssh/ssh-commands.ts";
import { ChangeError } from "../errors.ts";
import type { Change, SshSettings, Target } from "../plan/change.ts";
import type { Commands } from "../ports.ts";
import { receiptsIn } from "./receipts-in.ts";

export type CommandsNeed = Readonly<{ folder: string; change: Change; token: number }>;

export type OpenedCommands = Commands &
  Readonly<{
    /** At the end of the change: takes its receipts off the targets. Says what it could not. */
    cleanUp(targets: readonly Target[], signal: AbortSignal): Promise<readonly string[]>;
    endAll(): Promise<void>;
    killAll(): void;
  }>;

type Means = CommandsNeed &
  Readonly<{ rules: OutputRules; workDir: string; env: Readonly<Record<string, string | undefined>> }>;

/** Commands of the runner, and of the targets where the plan reaches them by ssh; without it they run here too. */
export function openCommands(means: Means): OpenedCommands {
  const { folder, change, rules, workDir, env } = means;
  const local = localCommands({ ...rules, workDir, receiptsFolder: receiptsIn(folder, change), env });
  if (change.ssh === null) return { ...local, cleanUp: async () => [] };
  const remote = openSsh(change.ssh, means);
  const placeOf = (call: Parameters<Commands["run"]>[0]) =>
    call.on === "targets" && call.target !== null ? remote : local;
  return {
    run: (call, signal) => placeOf(call).run(call, signal),
    probe: (call, signal) => placeOf(call).probe(call, signal),
    async cleanUp(targets, signal) {
      const left = await remote.cleanUp(targets, signal);
      return left.map(({ target, reason }) => `${target}: ${reason}`);
    },
    async endAll() {
      await Promise.all([local.endAll(), remote.endAll()]);
    },
    killAll() {
      local.killAll();
      remote.killAll();
    },
  };
}

function openSsh({ user, port, keyEnv, knownHosts }: SshSettings, means: Means) {
  const { change, token, rules, workDir, env } = means;
  const keyText = env[keyEnv] ?? "";
  if (keyText === "") {
    throw new ChangeError("INPUT_INVALID", `The variable ${keyEnv} holds no ssh key.`, {
      hint: `Set ${keyEnv} where change-deploy runs: in a workflow under \`env\`, from a secret.`,
    });
  }
  return sshCommands({
    user,
    port,
    knownHostsFile: path.resolve(workDir, knownHosts),
    keyText,
    environment: change.environment,
    changeKey: change.id,
    fencingToken: token,
    collect: (label) => collectOutput(rules, label),
    sanitise: rules.sanitise,
  });
}
