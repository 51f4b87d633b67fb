import { spawn } from "node:child_process";
import { once } from "node:events";

/** Ctrl-C reaches the change by itself; it gets this long to write its journal before it is told again. */
const TERM_AFTER_MS = 3_000;
const KILL_AFTER_MS = 8_000;

export type ChangePlace = Readonly<{
  cwd: string;
  env: Readonly<Record<string, string>>;
  signal: AbortSignal;
}>;

/** Runs `change-deploy ARGS` in that place and gives its exit code. */
export type RunChange = (args: readonly string[], place: ChangePlace) => Promise<number>;

export type SpawnOptions = Readonly<{
  /** Keeps standard output free for the document of --json. */
  toStderr: boolean;
  /** Given to every command besides its own. */
  flags?: readonly string[];
  program?: string;
}>;

/** This very program, started again on the same terminal. */
export function spawnChange({
  toStderr,
  flags = [],
  program = process.argv[1] ?? "",
}: SpawnOptions): RunChange {
  return async (args, { cwd, env, signal }) => {
    const argv = [...process.execArgv, program, ...args, ...flags];
    const child = spawn(process.execPath, argv, { cwd, env, stdio: ["ignore", toStderr ? 2 : 1, 2] });
    const stop = () => {
      setTimeout(() => child.kill("SIGTERM"), signal.reason === "SIGINT" ? TERM_AFTER_MS : 0).unref();
      setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS).unref();
    };
    signal.addEventListener("abort", stop, { once: true });
    try {
      const [code] = await once(child, "exit");
      return typeof code === "number" ? code : 1;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  };
}
