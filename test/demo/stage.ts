import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

export const EXAMPLES = path.resolve("examples/demo");

/** A folder with the demo's scripts in it, as a step of the demo sees it. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-stage-"));
  await cp(path.join(EXAMPLES, "ops"), path.join(folder, "ops"), { recursive: true });
  return folder;
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A step's command, run as the product does. Rejects unless it exits with 0. */
export async function runStep(folder: string, command: string): Promise<string> {
  const { stdout } = await promisify(execFile)("sh", ["-euc", command], { cwd: folder, timeout: 25_000 });
  return stdout;
}

/** The steps of the demo's plan without the product: a third of the targets at a time, no checks. */
export async function rollOut(folder: string, names: readonly string[], release: string): Promise<void> {
  const size = Math.ceil(names.length / 3);
  for (let first = 0; first < names.length; first += size) {
    const wave = names.slice(first, first + size);
    await Promise.all(
      wave.map((name) =>
        runStep(
          folder,
          `sh ops/pool drain ${name}; sh ops/install ${name} ${release}; sh ops/pool enable ${name}`,
        ),
      ),
    );
  }
}

/** What the product leaves of a change that it has rolled back. */
export async function leaveRecords(folder: string): Promise<void> {
  await runStep(
    folder,
    "mkdir -p .change-deploy/issues; echo '# 3.0 was rolled back' >.change-deploy/issues/CHG-1002.md",
  );
  await runStep(folder, "git update-ref refs/change-deploy/demo/changes/CHG-1002 HEAD");
}

export function readPid(folder: string, name: string): number {
  return Number(readFileSync(path.join(folder, "fleet", name, "pid"), "utf8"));
}

/** A process that has ended and that nobody has asked for yet still answers to signal 0. */
export function isRunning(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  if (existsSync("/proc/self/stat")) {
    return existsSync(status) && !/\) [ZX] /.test(readFileSync(status, "utf8"));
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const TRIES_MAX = 400;

/** Asks again until it is so; a test that waits in vain fails by its own time limit. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("it did not become so");
}
