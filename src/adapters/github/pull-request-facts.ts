import type { PlanFile, PullRequestFacts, Review } from "../../gate/approval-facts.ts";
import { UnreadableAnswer } from "./issue-api.ts";
import { type Fields, inner, loginOf, needText, type ReadApi, textOf } from "./read-api.ts";

const REPO = "/repos/{owner}/{repo}";
const PULL = `${REPO}/pulls/{pull_number}`;

/** GitHub lists no more commits of a pull request than this. */
const COMMITS_MAX = 250;
/** A commit is seldom in more than one; each costs three requests. */
const PULLS_MAX = 10;

export type OwnFile = Readonly<{ path: string; blob: string }>;

type Found = Readonly<{ files: readonly PlanFile[]; pullRequests: readonly PullRequestFacts[] }>;

/** The pull requests that brought the last change of each file, as far as `commit`, with their reviews. */
export async function readPullRequests(
  api: ReadApi,
  commit: string,
  own: readonly OwnFile[],
): Promise<Found> {
  const pulls = new Map<number, Fields>();
  const bySha = new Map<string, readonly number[]>();
  const files: PlanFile[] = [];
  for (const file of own) {
    const sha = await findLastChange(api, commit, file.path);
    const known = sha === null ? [] : bySha.get(sha);
    const merged = known === undefined ? await listMerged(api, sha ?? "") : [];
    for (const pull of merged) pulls.set(numberOf(pull), pull);
    const pullRequests = known ?? merged.map(numberOf);
    if (sha !== null) bySha.set(sha, pullRequests);
    files.push({ ...file, pullRequests });
  }
  if (pulls.size > PULLS_MAX) throw new UnreadableAnswer(`of at most ${PULLS_MAX} pull requests`);
  const paths = own.map(({ path }) => path);
  const pullRequests: PullRequestFacts[] = [];
  for (const pull of pulls.values()) pullRequests.push(await readPullRequest(api, pull, paths));
  return { files, pullRequests };
}

/** The people of the merged pull request that made this very commit; null where none did. */
export async function readPullRequestAuthors(
  api: ReadApi,
  sha: string,
): Promise<readonly (string | null)[] | null> {
  const pull = (await listMerged(api, sha)).find(({ merge_commit_sha: merge }) => merge === sha);
  return pull === undefined ? null : readAuthors(api, pull);
}

async function findLastChange(api: ReadApi, commit: string, path: string): Promise<string | null> {
  const [last] = await api.until(`${REPO}/commits`, { sha: commit, path, per_page: 1 }, () => true);
  return last === undefined ? null : needText(last.sha, "a commit");
}

async function listMerged(api: ReadApi, sha: string): Promise<readonly Fields[]> {
  const pulls = await api.all(`${REPO}/commits/{commit_sha}/pulls`, { commit_sha: sha });
  return pulls.filter(({ merged_at: mergedAt }) => textOf(mergedAt) !== null);
}

async function readPullRequest(
  api: ReadApi,
  pull: Fields,
  paths: readonly string[],
): Promise<PullRequestFacts> {
  const number = numberOf(pull);
  const reviews = await api.all(`${PULL}/reviews`, { pull_number: number });
  const holdsAll = (entries: readonly Fields[]) =>
    paths.every((path) => entries.some(({ filename }) => filename === path));
  const files = await api.until(`${PULL}/files`, { pull_number: number }, holdsAll);
  return {
    number,
    head: needText(inner(pull.head).sha, "a pull request with a head"),
    authors: await readAuthors(api, pull),
    files: files
      // A file that was taken away still has a line in the list.
      .filter(({ status }) => status !== "removed")
      .map(({ filename, sha }) => ({ path: needText(filename, "a file"), blob: textOf(sha) })),
    reviews: reviews.map(readReview),
  };
}

async function readAuthors(api: ReadApi, pull: Fields): Promise<readonly (string | null)[]> {
  const commits = await api.all(`${PULL}/commits`, { pull_number: numberOf(pull) });
  const logins = commits.map(({ author }) => loginOf(author));
  // What the list does not show may be by anybody.
  const unseen = commits.length >= COMMITS_MAX ? [null] : [];
  return [...new Set([loginOf(pull.user), ...logins, ...unseen])];
}

function readReview({ user, state, commit_id: commit }: Fields): Review {
  return {
    login: loginOf(user),
    human: inner(user).type === "User",
    state: textOf(state) ?? "",
    commit: textOf(commit),
  };
}

function numberOf({ number }: Fields): number {
  if (typeof number !== "number") throw new UnreadableAnswer("a pull request");
  return number;
}
