import { existsSync } from "node:fs";
import type { CommandCall, CommandResult } from "../../ports.ts";
import { waitLimit } from "../wait-limit.ts";
import { collectOutput, type OutputCollector, type OutputRules } from "./collect-output.ts";
import { CANCEL_GRACE_MS, endGroup } from "./process-group.ts";
import { readReceipt, UNCLAIMED_CODE } from "./receipt.ts";
import type { Launch, Shell } from "./shell.ts";

/** After the shell's end, what it left in the background may go on holding our pipes. */
const PIPES_MS_MAX = 500;

export type RunRules = OutputRules &
  Readonly<{
    launch: Launch;
    workDir: string;
    graceMs: number;
    receipt: string | null;
    signals: readonly AbortSignal[];
    /** Told of the process group as long as it is ours to end. */
    onGroup: (leader: number, isOver: boolean) => void;
  }>;

type Ending = CommandResult["ending"];

/** Runs one script to its end, whichever that is. Never rejects for what the script does. */
export async function runScript(call: CommandCall, rules: RunRules): Promise<CommandResult> {
  const startedMs = performance.now();
  const output = collectOutput(rules, call.label);
  const ending = await perform(call, rules, output);
  return { ms: Math.round(performance.now() - startedMs), ...output.finish(), ending };
}

async function perform(call: CommandCall, rules: RunRules, output: OutputCollector): Promise<Ending> {
  let shell: Shell;
  try {
    shell = await rules.launch(call, rules.receipt);
  } catch (error) {
    return notStarted(error as Error, rules.workDir);
  }
  const { leader, stdout, stderr } = shell;
  stdout.on("data", (chunk: Buffer) => output.push("stdout", chunk));
  stderr.on("data", (chunk: Buffer) => output.push("stderr", chunk));
  rules.onGroup(leader, false);
  const ending = await supervise(shell, { ...rules, timeoutMs: call.timeoutMs, lines: output });
  rules.onGroup(leader, true);
  await drainPipes(shell, output);
  return ending;
}

async function supervise(
  { leader, exit }: Shell,
  rules: RunRules & Readonly<{ timeoutMs: number; lines: OutputCollector }>,
): Promise<Ending> {
  const isHurried = () => rules.signals.some((signal) => signal.aborted);
  const end = async (graceMs: number) => {
    if (await endGroup(leader, graceMs, isHurried)) return;
    rules.lines.note("(processes of this command are left that could not be ended: another user's?)");
  };
  const limit = waitLimit(rules.timeoutMs, rules.signals);
  const first = await Promise.race([exit, limit.reached]);
  limit.dispose();

  if (first === "timed-out" || first === "cancelled") {
    await end(first === "cancelled" ? CANCEL_GRACE_MS : rules.graceMs);
    return { kind: first };
  }
  if (first instanceof Error) return notStarted(first, rules.workDir);
  if (first.signal === null) return exited(first.code ?? 0, leader, rules);
  // Only the leader is known to be dead: without it nobody waits for the rest.
  await end(CANCEL_GRACE_MS);
  return { kind: "signalled", signal: first.signal };
}

async function drainPipes(shell: Shell, output: OutputCollector): Promise<void> {
  const limit = waitLimit(PIPES_MS_MAX, []);
  const first = await Promise.race([shell.closed, limit.reached]);
  limit.dispose();
  if (first === undefined) return;
  output.note("(something in the background keeps this command's output open; it is no longer read)");
  shell.stdout.destroy();
  shell.stderr.destroy();
}

function exited(code: number, leader: number, rules: RunRules): Ending {
  if (code !== UNCLAIMED_CODE || rules.receipt === null) return { kind: "exited", code };
  const receipt = readReceipt(rules.receipt);
  if (receipt.kind === "ended" && receipt.leader === leader) return { kind: "exited", code };
  const reason = receipt.kind === "absent" ? "its receipt could not be written" : "its receipt is taken";
  return { kind: "not-started", reason };
}

function notStarted(error: NodeJS.ErrnoException, workDir: string): Ending {
  return {
    kind: "not-started",
    reason: existsSync(workDir) ? reasonOf(error) : `there is no folder ${workDir}`,
  };
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === "E2BIG") return "script and environment are too long together";
  if (code === "ERR_INVALID_ARG_VALUE") return "a zero byte in script or environment";
  return `no shell could be started (${code ?? message})`;
}
