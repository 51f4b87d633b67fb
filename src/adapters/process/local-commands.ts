import type { CommandResult, Commands, ReceiptAnswer } from "../../ports.ts";
import type { OutputRules } from "./collect-output.ts";
import { createLauncher } from "./launcher.ts";
import { probeReceipt } from "./probe-receipt.ts";
import { signalGroup } from "./process-group.ts";
import { receiptsFolder } from "./receipts-folder.ts";
import { runScript } from "./run-script.ts";
import { stepEnv } from "./step-env.ts";

const GRACE_MS = 5_000;

export type LocalCommandsOptions = OutputRules &
  Readonly<{
    workDir: string;
    /** One per change: the ids are unique only within it. Made when the first run needs it. */
    receiptsFolder: string;
    /** Every step starts from it, less what belongs to our own process. */
    env: NodeJS.ProcessEnv;
    /** Between SIGTERM and SIGKILL, when a run's time is over. */
    graceMs?: number;
    /** How many runs are started directly before fork servers take over: see launcher.ts. */
    directRuns?: number;
  }>;

export type LocalCommands = Commands &
  Readonly<{
    /** Cancels every run, and resolves when their processes are gone. Nothing starts afterwards. */
    endAll(): Promise<void>;
    /** The same without a grace and without waiting: for the last moment of our process. */
    killAll(): void;
  }>;

/** Runs steps and checks on this machine: whatever they are `on`, here they all run locally. */
export function localCommands(options: LocalCommandsOptions): LocalCommands {
  const { graceMs = GRACE_MS, workDir, output, sanitise, redact, holdsSecret, learn } = options;
  const receipts = receiptsFolder(options.receiptsFolder);
  const launcher = createLauncher({ workDir, env: stepEnv(options.env) }, options.directRuns);
  const { running, leaders, tracked, onGroup } = trackRuns();
  const shown = { output, sanitise, redact, ...(holdsSecret && { holdsSecret }), ...(learn && { learn }) };
  const rules = { ...shown, workDir, graceMs, onGroup, launch: launcher.launch };
  const ending = new AbortController();

  return {
    async run(call, signal) {
      if (signal.aborted || ending.signal.aborted) return unstarted({ kind: "cancelled" });
      const receipt = call.id === null ? null : receipts.fileOf(call.id);
      try {
        if (receipt !== null) receipts.clear(receipt);
      } catch (error) {
        return unstarted({ kind: "not-started", reason: `its receipt could not be prepared: ${error}` });
      }
      return tracked(runScript(call, { ...rules, receipt, signals: [signal, ending.signal] }));
    },
    async probe(call, signal) {
      if (call.id === null) return { kind: "interrupted", detail: "it kept no receipt" };
      const file = receipts.fileOf(call.id);
      const isCancelled = () => signal.aborted || ending.signal.aborted;
      const { provesAbsence } = receipts;
      const answer = probeReceipt({ file, provesAbsence, timeoutMs: call.timeoutMs, graceMs, isCancelled });
      return tracked(answer.catch(unreadable));
    },
    async endAll() {
      ending.abort();
      await Promise.allSettled(running);
      await launcher.end();
    },
    killAll() {
      ending.abort();
      for (const leader of leaders) signalGroup(leader, "SIGKILL");
      launcher.kill();
    },
  };
}

/** What is under way, and the process groups that are ours to end. */
function trackRuns() {
  const leaders = new Set<number>();
  const running = new Set<Promise<unknown>>();
  return {
    leaders,
    running,
    onGroup: (leader: number, isOver: boolean) => {
      if (isOver) leaders.delete(leader);
      else leaders.add(leader);
    },
    tracked: <T>(run: Promise<T>): Promise<T> => {
      running.add(run);
      return run.finally(() => running.delete(run));
    },
  };
}

function unstarted(ending: CommandResult["ending"]): CommandResult {
  return { ms: 0, tail: "", stdout: "", ending };
}

function unreadable(error: Error): ReceiptAnswer {
  return { kind: "interrupted", detail: `its receipt could not be read: ${error.message}` };
}
