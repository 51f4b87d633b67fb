import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { openRepository } from "../../src/adapters/git/open-repository.ts";
import { readChange } from "../../src/adapters/git/read-change.ts";
import type { Result } from "../../src/report/result-schema.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";

const CLI = path.resolve("src/cli.ts");
const RUN_MS_MAX = 240_000;

export type Ended = Readonly<{ code: number | null; signal: string | null; log: string; result: Result }>;
export type Running = Readonly<{ child: ChildProcess; log(): string; ended: Promise<Ended> }>;
type Env = Readonly<Record<string, string>>;

/** A repository of its own with a plan, and the command line as people run it there. */
export class Site {
  readonly folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "change-deploy-e2e-")));
  readonly env: Record<string, string>;
  readonly #children = new Set<ChildProcess>();

  constructor(env: Env = {}) {
    this.env = { ...env };
    this.git("-c", "init.defaultBranch=main", "init", "--quiet");
    this.git("config", "user.name", "Tester");
    this.git("config", "user.email", "tester@example.invalid");
    this.write(".gitignore", ".change-deploy/\nstate/\n");
  }

  file(name: string): string {
    return path.join(this.folder, name);
  }

  git(...args: string[]): string {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    const stdio = ["ignore", "pipe", "pipe"] as const;
    return execFileSync("git", args, { cwd: this.folder, env, encoding: "utf8", stdio: [...stdio] });
  }

  write(name: string, text: string): string {
    mkdirSync(path.dirname(this.file(name)), { recursive: true });
    writeFileSync(this.file(name), text);
    return this.file(name);
  }

  read(name: string): string {
    return existsSync(this.file(name)) ? readFileSync(this.file(name), "utf8") : "";
  }

  /** An example as it stands in the repository, with a few of its words replaced; each of them must be there. */
  adopt(example: string, replaced: Env, to = "plan.yml"): void {
    let text = readFileSync(example, "utf8");
    for (const [from, by] of Object.entries(replaced)) {
      if (!text.includes(from)) throw new Error(`${example} says nothing of ${from}`);
      text = text.replaceAll(from, by);
    }
    this.write(to, text);
  }

  copy(from: string, to: string): void {
    cpSync(from, this.file(to), { recursive: true });
  }

  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "Plans");
  }

  /** `change-deploy ARGS --json`, in a process group of its own so that nobody else's signal reaches it. */
  start(...args: string[]): Running {
    const env = { PATH: process.env.PATH ?? "", HOME: this.folder, GIT_CONFIG_NOSYSTEM: "1", ...this.env };
    const options = { cwd: this.folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] as const };
    const child = spawn(process.execPath, [CLI, ...args, "--json"], {
      ...options,
      stdio: [...options.stdio],
    });
    this.#children.add(child);
    const [out, log] = [collect(child.stdout), collect(child.stderr)];
    const watchdog = setTimeout(() => child.kill("SIGKILL"), RUN_MS_MAX);
    const ended = new Promise<Ended>((resolve) => {
      child.once("close", (code, signal) => {
        clearTimeout(watchdog);
        this.#children.delete(child);
        resolve({ code, signal, log: log(), result: parse(out()) });
      });
    });
    return { child, log, ended };
  }

  run(version: string, ...args: string[]): Promise<Ended> {
    return this.start("run", "plan.yml", "--to", version, ...args).ended;
  }

  async events(changeId: string, environment = "local"): Promise<readonly ChangeEvent[]> {
    const repository = await openRepository({ cwd: this.folder, journal: null, env: process.env });
    return (await readChange(repository, { environment, changeId })).events;
  }

  remove(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What a test prints of itself, so that a log of CI holds the numbers. */
export function tell(line: string): void {
  process.stdout.write(`${line}\n`);
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

function parse(text: string): Result {
  try {
    return JSON.parse(text);
  } catch {
    return {} as Result;
  }
}
