import { existsSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { addComment, type FakeEnvironment, type FakeRun } from "../../fakes/github/state.ts";
import { type Asked, Desk, type Inputs, type Job, TOKEN } from "../job.ts";
import { until } from "../workbench.ts";
import { type PlanParts, planText } from "./plan.ts";

export const RUN_ID = 4711;
const SCENARIO_MS = 120_000;
export type Phase = "validate" | "gate" | "prepare" | "deploy" | "verify" | "rollback" | "report" | "run";
export type Starting = Asked & Readonly<{ machine?: string; inputs?: Inputs }>;

/** A change's whole world: repository, remote, targets, GitHub, and the jobs of a run on one machine or many. */
export class Stage {
  readonly desk: Desk;
  readonly jobs: Job[] = [];
  readonly secrets = [TOKEN];
  /** Environment variables of every job, such as the secrets that the plan names. */
  readonly env: Record<string, string> = {};
  /** Another runtime than that of the tests. */
  node: string | null = null;
  #targets = 3;

  private constructor(desk: Desk) {
    this.desk = desk;
  }

  static async open(): Promise<Stage> {
    return new Stage(await Desk.open());
  }

  get at(): string {
    return this.desk.bench.folder;
  }
  get github() {
    return this.desk.github;
  }
  get repository() {
    return this.desk.github.state.repository;
  }
  get requests(): readonly string[] {
    return this.desk.github.requests;
  }

  /** The plan as a commit at the remote; the targets are at 1.0 unless they are there already. */
  plan(parts: PlanParts = {}): this {
    const { bench } = this.desk;
    this.#targets = parts.targets ?? 3;
    bench.write("plan.yml", planText(this.at, parts));
    bench.write(".gitignore", "*\n!plan.yml\n!hosts.yml\n!.gitignore\n");
    bench.commit();
    bench.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main");
    for (const name of this.names) if (bench.read(`v/${name}`) === "") bench.write(`v/${name}`, "1.0\n");
    return this;
  }

  /** A protected environment, and a run that iris has started of anna's commit and rita has approved. */
  approve(world: Readonly<{ environment?: Partial<FakeEnvironment>; run?: Partial<FakeRun> }> = {}): this {
    const sha = this.sha;
    this.repository.environments = [
      {
        name: "production",
        reviewers: ["rita"],
        preventSelfReview: true,
        canAdminsBypass: false,
        policy: null,
        ...world.environment,
      },
    ];
    const approvals: FakeRun["approvals"] = [
      { state: "approved", login: "rita", environments: ["production"] },
    ];
    this.repository.runs = [{ id: RUN_ID, sha, actor: "iris", attempts: ["iris"], approvals, ...world.run }];
    this.repository.commits = [
      {
        sha,
        author: "anna",
        committer: "anna",
        verified: false,
        parents: [],
        paths: ["plan.yml"],
        pulls: [],
      },
    ];
    return this;
  }

  get sha(): string {
    return this.desk.bench.git("rev-parse", "HEAD").trim();
  }
  get names(): string[] {
    return Array.from({ length: this.#targets }, (_, index) => `t${String(index + 1).padStart(3, "0")}`);
  }
  get versions(): string[] {
    return [...new Set(this.names.map((name) => this.desk.bench.read(`v/${name}`).trim()))];
  }
  get steps(): string[] {
    return this.desk.bench.read("log").trim().split("\n").filter(Boolean);
  }
  get issues() {
    return this.repository.issues;
  }
  get deployments() {
    return this.repository.deployments;
  }

  /** `machine` is a checkout of its own, made when it is first named; without one it is the repository itself. */
  start(phase: Phase, { machine, inputs = {}, env = {}, ...asked }: Starting = {}) {
    const given = { phase, plan: "plan.yml", environment: "production", version: "2.0", token: TOKEN };
    const workspace = machine === undefined ? this.at : path.join(this.at, machine);
    if (!existsSync(workspace)) {
      this.desk.bench.git("clone", "--quiet", "--branch", "main", "remote", workspace);
    }
    const all = { GITHUB_WORKSPACE: workspace, ...this.env, ...env };
    const { child, job } = this.desk.start(
      { ...given, ...inputs },
      { ...asked, ...this.#runtime(), env: all },
    );
    const kept = job.then((ended) => {
      this.jobs.push(ended);
      return ended;
    });
    return { child, job: kept };
  }

  job(phase: Phase, starting: Starting = {}): Promise<Job> {
    return this.start(phase, starting).job;
  }

  /** The phases one after the other, each a process, until one of them is red. The last job is the answer. */
  async phases(phases: readonly Phase[], starting: Starting = {}): Promise<Job> {
    let last: Job | null = null;
    for (const phase of phases) {
      last = await this.job(phase, starting);
      if (last.code !== 0) break;
    }
    return last as Job;
  }

  /** The post step of a job that has ended. */
  post(ended: Job, { machine }: Pick<Starting, "machine"> = {}): Promise<Job> {
    const kept = Object.entries(ended.state).map(([name, value]) => [`STATE_${name}`, value]);
    const workspace = machine === undefined ? this.at : path.join(this.at, machine);
    const env = { ...Object.fromEntries(kept), GITHUB_WORKSPACE: workspace };
    const given = {
      phase: "deploy",
      plan: "plan.yml",
      environment: "production",
      version: "2.0",
      token: TOKEN,
    };
    return this.desk.start(given, { ...this.#runtime(), bundle: "post.js", env }).job;
  }

  #runtime() {
    return this.node === null ? {} : { node: this.node };
  }

  /** Somebody's comment on the change's issue, written now. */
  comment(author: string, body: string, more: Readonly<{ edited?: boolean }> = {}): void {
    const [issue] = this.issues;
    if (issue === undefined) throw new Error("there is no issue to comment on");
    const createdAt = new Date().toISOString();
    const updatedAt = more.edited === true ? new Date(Date.now() + 60_000).toISOString() : createdAt;
    this.github.state.users.set(`token of ${author}`, {
      login: author,
      type: "User",
      association: "MEMBER",
      issues: "write",
      push: false,
    });
    addComment(this.repository, issue, { author, body, createdAt, updatedAt });
  }

  /** Until the change's issue asks for an answer. */
  asked(): Promise<void> {
    return until(
      "the question on the issue",
      () => this.issues[0]?.body.includes("/continue") === true,
      60_000,
    );
  }

  journal(ref = "refs/change-deploy/production/changes/CHG-5"): string {
    return this.desk.bench.git("--git-dir", "remote", "log", "--format=%B", ref);
  }

  refs(): string[] {
    const listed = this.desk.bench.git("--git-dir", "remote", "for-each-ref", "--format=%(refname)");
    return listed.trim().split("\n").filter(Boolean);
  }

  /** Everything that people or machines may read afterwards. */
  sinks(): Record<string, string> {
    const { issues, deployments } = this.repository;
    return {
      logs: this.jobs
        .map(({ stdout, stderr }) => stdout.replace(/^::add-mask::.*$/gm, "") + stderr)
        .join("\n"),
      outputs: JSON.stringify(this.jobs.map(({ outputs, state }) => ({ outputs, state }))),
      summaries: this.jobs.map(({ summary }) => summary).join("\n"),
      issues: JSON.stringify(issues),
      deployments: JSON.stringify(deployments),
      journal: this.desk.bench.git("--git-dir", "remote", "log", "-p", "--all"),
    };
  }

  /** What must be empty: requests that GitHub does not know, processes left, and secrets shown. */
  async close() {
    const sinks = Object.entries(this.sinks());
    const shown = this.secrets.flatMap((secret) =>
      [secret, Buffer.from(secret).toString("base64"), encodeURIComponent(secret)].flatMap((form) =>
        sinks.filter(([, text]) => text.includes(form)).map(([name]) => `${form} in ${name}`),
      ),
    );
    return { ...(await this.desk.close()), shown };
  }
}

type Work<T extends readonly unknown[]> = (stage: Stage, ...given: T) => Promise<void>;

/** A test with a stage of its own, beside others. */
export function scenario(name: string, work: Work<[]>): void {
  it.concurrent(name, () => play((stage) => work(stage)), SCENARIO_MS);
}

scenario.each = <T>(cases: readonly (readonly [string, T])[]) => {
  return (name: string, work: Work<[T]>): void => {
    for (const [what, given] of cases) scenario(name.replace("%s", what), (stage) => work(stage, given));
  };
};

async function play(work: Work<[]>): Promise<void> {
  const stage = await Stage.open();
  let wrong: unknown = null;
  try {
    await work(stage);
  } finally {
    wrong = await stage.close();
  }
  expect(wrong).toEqual({ violations: [], left: [], shown: [] });
}
