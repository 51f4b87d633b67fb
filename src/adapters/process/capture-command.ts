import type { CommandResult } from "../../ports.ts";
import type { OutputRules } from "./collect-output.ts";
import { signalGroup } from "./process-group.ts";
import { runScript } from "./run-script.ts";
import type { Launch } from "./shell.ts";
import { spawnShell } from "./spawn-shell.ts";
import { stepEnv } from "./step-env.ts";

const GRACE_MS = 5_000;

export type CaptureOptions = OutputRules &
  Readonly<{ workDir: string; env: NodeJS.ProcessEnv; timeoutMs: number; bytesMax: number }>;

export type Captured = Readonly<{
  ending: CommandResult["ending"];
  /** Standard output, byte for byte; null: it was longer than allowed, and the command was ended. */
  bytes: Buffer | null;
  /** The last lines of both outputs, for people. */
  tail: string;
}>;

export type Capture = Readonly<{
  /** Never rejects for what the script does. */
  run(script: string, env: Readonly<Record<string, string>>, signal: AbortSignal): Promise<Captured>;
  /** For the last moment of our process. */
  killAll(): void;
}>;

/** For a command whose output is data: as the others run, and all that it prints is kept. */
export function captureCommand(options: CaptureOptions): Capture {
  const leaders = new Set<number>();
  const start = spawnShell({ workDir: options.workDir, env: stepEnv(options.env) });
  return {
    async run(script, env, signal) {
      const tooLong = new AbortController();
      const output = keepBytes(options.bytesMax, () => tooLong.abort());
      const launch: Launch = async (call, receipt) => {
        const shell = await start(call, receipt);
        shell.stdout.on("data", output.push);
        return shell;
      };
      const { timeoutMs } = options;
      const call = { id: null, target: null, on: "runner", script, env, timeoutMs, label: null } as const;
      const { ending, tail } = await runScript(call, {
        ...options,
        launch,
        graceMs: GRACE_MS,
        receipt: null,
        signals: [signal, tooLong.signal],
        onGroup: (leader, isOver) => void (isOver ? leaders.delete(leader) : leaders.add(leader)),
      });
      return { ending, tail, bytes: output.bytes() };
    },
    killAll() {
      for (const leader of leaders) signalGroup(leader, "SIGKILL");
    },
  };
}

function keepBytes(bytesMax: number, onOverflow: () => void) {
  let chunks: Buffer[] = [];
  let size = 0;
  return {
    push(chunk: Buffer) {
      size += chunk.length;
      if (size <= bytesMax) chunks.push(chunk);
      else {
        chunks = [];
        onOverflow();
      }
    },
    bytes: () => (size <= bytesMax ? Buffer.concat(chunks) : null),
  };
}
