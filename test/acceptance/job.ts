import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type FakeGitHub, startFakeGitHub } from "../fakes/github/server.ts";
import { type Ended, strays, Workbench } from "./workbench.ts";

export const TOKEN = "token-of-the-job";
export type Inputs = Readonly<Record<string, string>>;
export type Job = Ended &
  Readonly<{ outputs: Record<string, string>; summary: string; state: Record<string, string> }>;
export type Asked = Readonly<{
  attempt?: number;
  run?: string;
  bundle?: string;
  env?: Readonly<Record<string, string>>;
  node?: string;
}>;

/** A repository with its remote, a loopback GitHub, and jobs that start the bundle as a runner does. */
export class Desk {
  readonly bench = new Workbench();
  readonly github: FakeGitHub;
  readonly #files = mkdtempSync(path.join(tmpdir(), "change-deploy-runner-"));
  #jobs = 0;

  private constructor(github: FakeGitHub) {
    this.github = github;
    this.bench.write("remote/.keep", "");
    this.bench.git("init", "--quiet", "--bare", "remote");
    this.bench.git("remote", "add", "origin", path.join(this.bench.folder, "remote"));
  }

  static async open(): Promise<Desk> {
    return new Desk(await startFakeGitHub());
  }

  /** What is wrong at the end: requests that GitHub does not know, and processes that were left. */
  async close(): Promise<{ violations: readonly string[]; left: string[] }> {
    await this.github.close();
    const left = strays(this.bench.folder);
    this.bench.remove();
    rmSync(this.#files, { recursive: true, force: true });
    return { violations: this.github.violations, left };
  }

  /** Inputs and files by environment variables; every job has files of its own. */
  start(inputs: Inputs, asked: Asked = {}) {
    const { attempt = 1, run = "4711", bundle = "index.js", env: extra = {}, node } = asked;
    this.#jobs += 1;
    const file = (name: string) => {
      const place = path.join(this.#files, `${name}-${this.#jobs}`);
      writeFileSync(place, "");
      return place;
    };
    const env = {
      ...Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      CI: "true",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "octocat",
      GITHUB_API_URL: this.github.url,
      GITHUB_EVENT_NAME: "push",
      GITHUB_OUTPUT: file("output"),
      GITHUB_REF: "refs/tags/v2.0",
      GITHUB_REPOSITORY: "octo-org/shop",
      GITHUB_RUN_ATTEMPT: String(attempt),
      GITHUB_RUN_ID: run,
      GITHUB_SERVER_URL: "https://github.test",
      GITHUB_SHA: this.bench.git("rev-parse", "HEAD").trim(),
      GITHUB_STATE: file("state"),
      GITHUB_STEP_SUMMARY: file("summary"),
      GITHUB_WORKSPACE: this.bench.folder,
      RUNNER_TEMP: this.#files,
      ...extra,
    };
    const { child, ended } = this.bench.start(bundle, { env, ...(node === undefined ? {} : { node }) });
    const job = ended.then((end): Job => {
      const outputs = readCommands(readFileSync(env.GITHUB_OUTPUT, "utf8"));
      const state = readCommands(readFileSync(env.GITHUB_STATE, "utf8"));
      return { ...end, outputs, state, summary: readFileSync(env.GITHUB_STEP_SUMMARY, "utf8") };
    });
    return { child, job };
  }

  /** The post step of a job that has ended, with the state that it has left. */
  post(inputs: Inputs, { state }: Pick<Job, "state">, asked: Asked = {}): Promise<Job> {
    const env = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
    return this.start(inputs, { ...asked, bundle: "post.js", env }).job;
  }
}

/** `name<<delimiter`, the value's lines, the delimiter: the runner's own format. */
function readCommands(text: string): Record<string, string> {
  const found = text.matchAll(/^([\w-]+)<<(.+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...found].map(([, name, , value]) => [name, value]));
}
