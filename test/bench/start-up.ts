import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figure } from "./benchmark.ts";
import { interleave, medianOf, millis, ratio, timeProgram } from "./measure.ts";

const ROUNDS = 25;
const TIMES_MAX = 2.5;
const PLAN = path.resolve("examples/demo/to-2.0.yml");

export const name = "start-up";
export const budget = "validating a plan, whole process, at most 2.5 × an empty node process";

export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-bench-"));
  try {
    return await measureIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIn(folder: string): Promise<readonly Figure[]> {
  const node =
    (args: readonly string[], env: Record<string, string> = {}) =>
    () =>
      timeProgram({ command: process.execPath, args, cwd: folder, env });
  const samples = await interleave(ROUNDS, {
    empty: node(["--eval", "0"]),
    cli: node([path.resolve("dist/cli.js"), "validate", PLAN]),
    action: node([path.resolve("dist/index.js")], runnerVariables()),
  });
  const times = (name: "cli" | "action") => medianOf(samples[name]) / medianOf(samples.empty);
  return [
    millis("an empty node process", samples.empty),
    millis("dist/cli.js validate", samples.cli),
    ratio("dist/cli.js validate, to an empty node process", times("cli"), TIMES_MAX),
    millis("dist/index.js, phase validate", samples.action),
    ratio("dist/index.js, phase validate, to an empty node process", times("action"), TIMES_MAX),
  ];
}

/** What a runner sets, as far as the phase reads it. */
function runnerVariables(): Record<string, string> {
  const workspace = path.dirname(PLAN);
  return {
    INPUT_PHASE: "validate",
    INPUT_PLAN: path.basename(PLAN),
    GITHUB_ACTIONS: "true",
    GITHUB_WORKSPACE: workspace,
    GITHUB_REPOSITORY: "octo-org/octo-repo",
    GITHUB_SERVER_URL: "https://github.example.com",
    GITHUB_API_URL: "https://github.example.com/api/v3",
    GITHUB_EVENT_NAME: "push",
    GITHUB_REF: "refs/tags/v2.0",
    GITHUB_SHA: "0".repeat(40),
    GITHUB_RUN_ID: "1",
    GITHUB_RUN_ATTEMPT: "1",
    GITHUB_ACTOR: "octocat",
  };
}
