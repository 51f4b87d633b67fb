import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  cpSync,
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
import { listFiles } from "../contract/tree.ts";
import { type FakeGitHub, startFakeGitHub } from "../fakes/github/server.ts";
import type { FakeRun } from "../fakes/github/state.ts";
import { killIfThere } from "../fakes/kill-if-there.ts";
import { adaptForAct } from "./adapt.ts";

const VERSION = /^ACT_VERSION=(\S+)$/m.exec(readFileSync("scripts/install-act", "utf8"))?.[1];
export const ACT = path.resolve(`node_modules/.cache/act-${VERSION}/act`);
/** The node of the action's runtime: act takes the first one of the path. */
const NODE = path.resolve("node_modules/node/bin");
const RUN_MS_MAX = 120_000;
const MARK = "ACT_STAGE";
/** Those that the tests start. */
const RUNS = [4711, 4712];

export type Asked = Readonly<{
  attempt?: number;
  run?: string;
  event?: string;
  ref?: string;
  inputs?: Readonly<Record<string, string>>;
  secrets?: Readonly<Record<string, string>>;
}>;
/** What became of each job, by its name; one that was skipped is not there. */
export type Ran = Readonly<{ code: number | null; jobs: Record<string, string>; log: string }>;

/**
 * A team's repository with our workflows and templates in it, a bare repository as its remote, targets as
 * files, and a loopback GitHub; act is the runner, on this machine.
 */
export class Stage {
  readonly folder = realpathSync(mkdtempSync(path.join(tmpdir(), "change-deploy-act-")));
  readonly github: FakeGitHub;

  private constructor(github: FakeGitHub) {
    this.github = github;
    mkdirSync(this.at("home"));
    this.git(this.folder, "init", "--quiet", "--bare", "remote.git");
    this.git(this.folder, "-c", "init.defaultBranch=main", "init", "--quiet", "shop");
    this.git(this.at("shop"), "remote", "add", "origin", this.at("remote.git"));
    for (const file of listFiles(".github/workflows/change-*.yml", "workflows-templates/*.yml")) {
      this.write(`shop/.github/workflows/${path.basename(file)}`, adaptForAct(file));
    }
    this.write("shop/.actions/change-deploy/action.yml", readFileSync("action.yml", "utf8"));
    cpSync("dist", this.at("shop/.actions/change-deploy/dist"), { recursive: true });
    this.write("shop/.actions/upload-artifact/action.yml", keepArtifact(this.at("artifacts")));
  }

  static async open(): Promise<Stage> {
    return new Stage(await startFakeGitHub());
  }

  async close(): Promise<readonly string[]> {
    await this.github.close();
    this.endStrays();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    return this.github.violations;
  }

  at(name: string): string {
    return path.join(this.folder, name);
  }

  write(name: string, text: string): void {
    mkdirSync(path.dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), text);
  }

  read(name: string): string {
    return existsSync(this.at(name)) ? readFileSync(this.at(name), "utf8") : "";
  }

  git(cwd: string, ...args: string[]): string {
    const env = { PATH: process.env.PATH, HOME: this.at("home"), GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  }

  commit(): void {
    const who = ["-c", "user.name=Tester", "-c", "user.email=tester@example.invalid"];
    this.git(this.at("shop"), "add", "--all");
    this.git(this.at("shop"), ...who, "commit", "--quiet", "--message", "Plans");
    this.#approve();
  }

  /** The environment as it has to be, and runs of this commit that rita has approved. */
  #approve(): void {
    const { repository } = this.github.state;
    const sha = this.git(this.at("shop"), "rev-parse", "HEAD").trim();
    const fixed = { preventSelfReview: true, canAdminsBypass: false, policy: null };
    const approvals: FakeRun["approvals"] = [
      { state: "approved", login: "rita", environments: ["production"] },
    ];
    repository.environments = [{ name: "production", reviewers: ["rita"], ...fixed }];
    repository.runs = RUNS.map((id) => ({ id, sha, actor: "octocat", attempts: ["octocat"], approvals }));
    const people = { author: "anna", committer: "anna" };
    repository.commits = [{ sha, ...people, verified: false, parents: [], paths: [], pulls: [] }];
  }

  /** Runs one of the templates, as GitHub does on its event. */
  start(template: string, asked: Asked = {}): { child: ChildProcess; ran: Promise<Ran> } {
    const { event = "push", ref = "refs/tags/v2.0", inputs = {}, secrets = {} } = asked;
    this.write("event.json", JSON.stringify({ ref, inputs }));
    const env = {
      [MARK]: this.folder,
      GITHUB_API_URL: this.github.url,
      GITHUB_SERVER_URL: "https://github.test",
      GITHUB_REPOSITORY: "octo-org/shop",
      GITHUB_RUN_ID: asked.run ?? "4711",
      GITHUB_RUN_ATTEMPT: String(asked.attempt ?? 1),
      GIT_CONFIG_NOSYSTEM: "1",
      HOME: this.at("home"),
    };
    const args = [
      event,
      ...["--json", "--pull=false", "--workflows", `.github/workflows/${template}.yml`],
      ...["--platform", "ubuntu-24.04=-self-hosted", "--eventpath", this.at("event.json")],
      ...["--actor", "octocat", "--secret", "GITHUB_TOKEN=token-of-the-job"],
      ...Object.entries(secrets).flatMap(([name, value]) => ["--secret", `${name}=${value}`]),
      ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ];
    const child = spawn(ACT, args, {
      cwd: this.at("shop"),
      env: { PATH: `${NODE}:${process.env.PATH}`, HOME: this.at("home"), GIT_CONFIG_NOSYSTEM: "1" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    return { child, ran: collect(child) };
  }

  run(template: string, asked: Asked = {}): Promise<Ran> {
    return this.start(template, asked).ran;
  }

  /** The processes of jobs, with their command lines: all of them, not act itself. */
  processes(): { pid: number; command: string }[] {
    return readdirSync("/proc").flatMap((pid) => {
      if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
      try {
        const env = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
        if (!env.includes(`${MARK}=${this.folder}`)) return [];
        return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8") }];
      } catch {
        return [];
      }
    });
  }

  endStrays(): void {
    for (const { pid } of this.processes()) killIfThere(pid);
  }
}

/** As an artifact would be: a copy that outlives the job. */
function keepArtifact(folder: string): string {
  return `
name: Keep
description: Stands in for the action that uploads an artifact.
inputs: { name: { required: true }, path: { required: true }, if-no-files-found: { required: false } }
runs:
  using: composite
  steps:
    - shell: sh
      env: { FILE: "\${{ inputs.path }}", NAME: "\${{ inputs.name }}" }
      run: mkdir -p ${folder} && cp "$FILE" "${folder}/$NAME"
`;
}

type Line = Readonly<{ job?: string; jobResult?: string; msg?: string }>;

function collect(child: ChildProcess): Promise<Ran> {
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  const watchdog = setTimeout(() => child.kill("SIGKILL"), RUN_MS_MAX);
  return new Promise((resolve) => {
    child.once("close", (code) => {
      clearTimeout(watchdog);
      const lines = Buffer.concat(chunks).toString("utf8").split("\n").map(parseLine);
      const ended = lines.filter(({ job, jobResult }) => job !== undefined && jobResult !== undefined);
      const jobs = Object.fromEntries(ended.map(({ job = "", jobResult = "" }) => [nameOf(job), jobResult]));
      resolve({ code, jobs, log: lines.map(({ msg }) => msg ?? "").join("\n") });
    });
  });
}

function parseLine(line: string): Line {
  try {
    return JSON.parse(line);
  } catch {
    return { msg: line };
  }
}

/** `Change on tag/Change/Deploy` is the job Deploy. */
function nameOf(job: string): string {
  return job.split("/").at(-1)?.trim() ?? job;
}
