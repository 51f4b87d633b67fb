import { gitEnvironment } from "./environment.ts";
import { LOCAL_DEADLINE_MS, runGit } from "./git.ts";

/** The commit that `cwd` has checked out; null outside of a repository, or in one without a commit. */
export async function readHead(cwd: string): Promise<string | null> {
  const program = {
    env: gitEnvironment(process.env),
    cwd,
    gitDir: null,
    version: [2, 25],
    durable: false,
  } as const;
  const args = ["rev-parse", "--verify", "--quiet", "HEAD^{commit}"];
  const answer = await runGit(program, { args, deadlineMs: LOCAL_DEADLINE_MS });
  const commit = answer.stdout.toString("utf8").trim();
  return answer.code === 0 && commit !== "" ? commit : null;
}
