import { spawn } from "node:child_process";
import type { Launch, Place, Shell } from "./shell.ts";
import { RUN_VARIABLE, SHELL, SHELL_NAME, wrapScript } from "./wrap-script.ts";

/** Starts each script as a child of our own process, in a group of its own, without standard input. */
export function spawnShell(place: Place): Launch {
  return async (call, receipt) => {
    const { args, nonce } = wrapScript(call.script, receipt);
    const child = spawn(SHELL, args, {
      argv0: SHELL_NAME,
      cwd: place.workDir,
      env: { ...place.env, ...call.env, [RUN_VARIABLE]: nonce },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const exit: Shell["exit"] = new Promise((resolve) => {
      child.once("exit", (code, signal) => resolve({ code, signal }));
      child.once("error", resolve);
    });
    const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
    const { pid: leader, stdout, stderr } = child;
    if (leader === undefined) throw await exit;
    return { leader, stdout, stderr, exit, closed };
  };
}
