import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { killIfThere } from "../fakes/kill-if-there.ts";

const DIST = path.resolve("dist");
const PIPES_MS_MAX = 2_000;
const RUN_MS_MAX = 60_000;

export type Ended = Readonly<{
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  ms: number;
}>;
export type Running = Readonly<{ child: ChildProcess; ended: Promise<Ended> }>;

/** A repository of its own with local targets, and the shipped bundles to run in it. */
export class Workbench {
  readonly folder: string;

  constructor() {
    this.folder = realpathSync(mkdtempSync(path.join(tmpdir(), "change-deploy-acceptance-")));
    this.git("-c", "init.defaultBranch=main", "init", "--quiet");
    this.git("config", "user.name", "Tester");
    this.git("config", "user.email", "tester@example.invalid");
  }

  git(...args: string[]): string {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", args, {
      cwd: this.folder,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  write(name: string, text: string): string {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  read(name: string): string {
    const file = path.join(this.folder, name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  list(name: string): string[] {
    const folder = path.join(this.folder, name);
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", "Plans");
  }

  cli(...args: string[]): Promise<Ended> {
    return this.start("cli.js", { args }).ended;
  }

  /** A bundle as a process, in a group of its own so that a signal to us does not reach it. */
  start(
    bundle: string,
    options: Readonly<{
      args?: readonly string[];
      env?: Readonly<Record<string, string>>;
      /** Another one than that of the tests. */
      node?: string;
    }>,
  ): Running {
    const env = { PATH: process.env.PATH ?? "", HOME: this.folder, GIT_CONFIG_NOSYSTEM: "1", ...options.env };
    const startedMs = performance.now();
    const child = spawn(
      options.node ?? process.execPath,
      [path.join(DIST, bundle), ...(options.args ?? [])],
      {
        cwd: this.folder,
        env,
        detached: true,
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    const out = collect(child.stdout);
    const err = collect(child.stderr);
    const watchdog = setTimeout(() => child.kill("SIGKILL"), RUN_MS_MAX);
    const ended = new Promise<Ended>((resolve) => {
      child.once("exit", (code, signal) => {
        clearTimeout(watchdog);
        const ms = performance.now() - startedMs;
        const tell = () => resolve({ code, signal, stdout: out(), stderr: err(), ms });
        // The pipes of a killed process may stay open in its children: what has come by then is enough.
        const patience = setTimeout(tell, PIPES_MS_MAX);
        child.once("close", () => {
          clearTimeout(patience);
          tell();
        });
      });
    });
    return { child, ended };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

/** Until the condition holds; a test that waits for something that never comes says what it was. */
export async function until(what: string, holds: () => boolean, msMax = 20_000): Promise<void> {
  const endMs = performance.now() + msMax;
  while (!holds()) {
    if (performance.now() > endMs) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Processes whose environment says that they work in this folder. */
export function strays(folder: string): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(`HOME=${folder}`);
      } catch {
        return false;
      }
    });
}

/**
 * As a runner does at the end of a job: what the job has left is found by its environment, and killed. A process
 * that a shell forks during the look is not in it, and one that becomes another program shows nothing for a
 * moment: only two empty looks in a row are the end.
 */
export async function endStrays(folder: string): Promise<void> {
  let empty = 0;
  await until("what a job has left to be gone", () => {
    const left = strays(folder);
    for (const pid of left) killIfThere(Number(pid));
    empty = left.length === 0 ? empty + 1 : 0;
    return empty === 2;
  });
}

/** SIGINT, 7.5 s, SIGTERM, 2.5 s, SIGKILL, to the process alone: what a runner does. Resolves to the last one needed. */
export async function cancelAsARunner(child: ChildProcess, job: Promise<unknown>): Promise<NodeJS.Signals> {
  for (const [signal, waitMs] of [
    ["SIGINT", 7_500],
    ["SIGTERM", 2_500],
  ] as const) {
    child.kill(signal);
    const timer = new Promise<"late">((done) => setTimeout(done, waitMs, "late"));
    if ((await Promise.race([job, timer])) !== "late") return signal;
  }
  child.kill("SIGKILL");
  return "SIGKILL";
}
