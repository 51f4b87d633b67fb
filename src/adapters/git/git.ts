import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { ChangeError } from "../../errors.ts";

/** Where git runs and with which environment; `gitDir: null` lets git look for the repository itself. */
export type GitProgram = Readonly<{
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
  gitDir: string | null;
  version: readonly [major: number, minor: number];
  /** The journal is this very repository: what is written must be on disk before it counts. */
  durable?: boolean;
}>;

export type GitCall = Readonly<{
  args: readonly string[];
  input?: string | Buffer;
  deadlineMs: number;
  /** Takes standard output as it comes; without it, output is collected up to a bound. A throw ends git. */
  onOutput?: (chunk: Buffer) => void;
}>;

export type GitAnswer = Readonly<{
  /** null: ended by a signal, ours after the deadline included. */
  code: number | null;
  stdout: Buffer;
  /** The last part of it, unsanitised: see words.ts. */
  stderr: string;
  timedOut: boolean;
}>;

export const LOCAL_DEADLINE_MS = 30_000;
const STDOUT_BYTES_MAX = 32 * 1024 * 1024;
const STDERR_CHARS_MAX = 16_384;
const TERM_GRACE_MS = 2_000;
/** A hook may leave a child behind that holds our pipes: after git's own exit it gets this long. */
const PIPE_GRACE_MS = 1_000;

type GitProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Runs git once. A failing git is an answer; only a missing program (GIT_MISSING) or a throwing `onOutput` rejects. */
export function runGit(program: GitProgram, call: GitCall): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = startGit(program, call);
    const output = new Collected(call.onOutput);
    let timedOut = false;
    let failure: Error | null = null;
    let grace: NodeJS.Timeout | undefined;
    const fail = (error: Error) => {
      failure ??= error;
      killGroup(child, "SIGKILL");
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      endGroup(child);
    }, call.deadlineMs);

    child.on("error", (error) => {
      clearTimeout(deadline);
      reject(explainSpawnError(error));
    });
    child.on("exit", () => {
      grace = setTimeout(() => abandonPipes(child, timedOut), PIPE_GRACE_MS);
    });
    child.on("close", (code) => {
      clearTimeout(deadline);
      clearTimeout(grace);
      if (failure) reject(failure);
      else resolve({ code, stdout: output.stdout(), stderr: output.stderr, timedOut });
    });
    child.stdout.on("data", (chunk: Buffer) => output.take(chunk, fail));
    child.stderr.on("data", (chunk: Buffer) => output.takeError(chunk));
    // git may stop reading early (a refused push, a failed object): its exit code tells, not our EPIPE.
    child.stdin.on("error", () => {});
    child.stdin.end(call.input ?? "");
  });
}

/** Own session and process group: a Ctrl-C must not cut a flush short, and a deadline must reach ssh and hooks. */
function startGit(program: GitProgram, call: GitCall): GitProcess {
  const where = program.gitDir === null ? [] : [`--git-dir=${program.gitDir}`];
  return spawn("git", [...where, ...settingsFor(program), ...call.args], {
    cwd: program.cwd,
    env: program.env as NodeJS.ProcessEnv,
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
    windowsHide: true,
  });
}

/** No user's hook has a say in journal references; the server's hooks are the server's, and run. */
function settingsFor({ version, durable }: GitProgram): string[] {
  const modern = version[0] > 2 || version[1] >= 36;
  const settings = ["gc.auto=0", "maintenance.auto=false", "core.hooksPath=/dev/null"];
  if (modern) settings.push(`core.fsync=${durable ? "loose-object,reference" : "none"}`);
  else settings.push(`core.fsyncObjectFiles=${durable === true}`);
  return settings.flatMap((setting) => ["-c", setting]);
}

class Collected {
  stderr = "";
  #chunks: Buffer[] = [];
  #bytes = 0;
  readonly #onOutput: ((chunk: Buffer) => void) | undefined;

  constructor(onOutput: ((chunk: Buffer) => void) | undefined) {
    this.#onOutput = onOutput;
  }

  stdout(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  take(chunk: Buffer, fail: (error: Error) => void): void {
    try {
      if (this.#onOutput) return this.#onOutput(chunk);
      this.#bytes += chunk.length;
      if (this.#bytes > STDOUT_BYTES_MAX) throw new Error(`git printed more than ${STDOUT_BYTES_MAX} bytes.`);
      this.#chunks.push(chunk);
    } catch (error) {
      fail(error as Error);
    }
  }

  takeError(chunk: Buffer): void {
    this.stderr = (this.stderr + chunk.toString("utf8")).slice(-STDERR_CHARS_MAX);
  }
}

/** SIGTERM first: git removes its lock files on it. */
function endGroup(child: GitProcess): void {
  killGroup(child, "SIGTERM");
  setTimeout(() => killGroup(child, "SIGKILL"), TERM_GRACE_MS).unref();
}

/** Whoever still holds them is in git's group, so its number is not anybody else's yet. */
function abandonPipes(child: GitProcess, timedOut: boolean): void {
  if (timedOut && child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
  child.stdout.destroy();
  child.stderr.destroy();
}

function killGroup(child: GitProcess, signal: "SIGTERM" | "SIGKILL"): void {
  // Once git has been reaped its number may belong to somebody else's group.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(child.pid, signal);
}

function signalGroup(pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function explainSpawnError(error: NodeJS.ErrnoException): Error {
  const missing = error.code === "ENOENT" || error.code === "EACCES";
  if (!missing) return error;
  return new ChangeError("GIT_MISSING", `The git program could not be started (${error.code}).`, {
    cause: error,
    hint: "Install git 2.25 or newer and make sure that it is on PATH.",
  });
}
