import type { RunFacts } from "../../gate/approval-facts.ts";
import { UnreadableAnswer } from "./issue-api.ts";
import { readPullRequestAuthors } from "./pull-request-facts.ts";
import { type Fields, inner, loginOf, needText, type ReadApi } from "./read-api.ts";

const REPO = "/repos/{owner}/{repo}";
const RUN = `${REPO}/actions/runs/{run_id}`;

/** GitHub lets a run be repeated fifty times. */
const ATTEMPTS_MAX = 60;
/** In whose name GitHub itself commits what is merged on its pages. */
const GITHUB_COMMITTER = "web-flow";

/** Who started the run and each of its attempts, and who wrote its commit. */
export async function readRun(api: ReadApi, runId: number): Promise<RunFacts> {
  const run = await api.one(RUN, { run_id: runId });
  const attempt = Number(run.run_attempt ?? 1);
  if (!Number.isSafeInteger(attempt) || attempt < 1 || attempt > ATTEMPTS_MAX) {
    throw new UnreadableAnswer("a run with the number of its attempt");
  }
  const commit = needText(run.head_sha, "a run with a commit");
  const triggeredBy = [starterOf(run)];
  for (let number = 1; number < attempt; number++) {
    const earlier = await api.one(`${RUN}/attempts/{attempt_number}`, {
      run_id: runId,
      attempt_number: number,
    });
    triggeredBy.push(starterOf(earlier));
  }
  const actor = needText(loginOf(run.actor), "a run with an actor");
  return { commit, actor, triggeredBy: [...new Set(triggeredBy)], authors: await readAuthors(api, commit) };
}

function starterOf(run: Fields): string {
  return needText(loginOf(run.triggering_actor) ?? loginOf(run.actor), "a run with an actor");
}

/**
 * Whoever wrote the commit. Of a commit that a merge made, these are the people of its pull request:
 * pressing the button is not writing.
 */
async function readAuthors(api: ReadApi, sha: string): Promise<readonly (string | null)[]> {
  const commit = await api.one(`${REPO}/commits/{ref}`, { ref: sha, per_page: 1 });
  if (commit.sha !== sha) throw new UnreadableAnswer("the run's commit");
  const isGitHubs = loginOf(commit.committer) === GITHUB_COMMITTER && isVerified(commit);
  const author = personOf(commit.author);
  const committer = personOf(commit.committer);
  if (author !== null && author === committer) return [author];
  const merged = await readPullRequestAuthors(api, sha);
  if (merged === null) return isGitHubs ? [author] : distinct([author, committer]);
  // A merge made elsewhere and pushed may hold more than its pull request does.
  const isMerge = Array.isArray(commit.parents) && commit.parents.length > 1;
  if (isGitHubs) return isMerge ? merged : distinct([author, ...merged]);
  return distinct(isMerge ? [author, committer, ...merged] : [author, ...merged]);
}

/** Anybody can commit in GitHub's name; behind it is somebody, and it is not known who. */
function personOf(user: unknown): string | null {
  const login = loginOf(user);
  return login === GITHUB_COMMITTER ? null : login;
}

function isVerified(commit: Fields): boolean {
  return inner(inner(commit.commit).verification).verified === true;
}

function distinct(logins: readonly (string | null)[]): (string | null)[] {
  return [...new Set(logins)];
}
