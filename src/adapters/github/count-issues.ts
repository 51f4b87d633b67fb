import type { GitHubClient } from "./client.ts";
import { type ConditionalReads, conditionalReads } from "./conditional.ts";
import { withinDeadline } from "./deadline.ts";
import { explainGitHubError } from "./explain-error.ts";
import { type Repository, UnreadableAnswer } from "./issue-api.ts";
import { ISSUE_LABEL } from "./marker.ts";
import { type Fields, inner, innerList, needText } from "./read-api.ts";

export type IssueCount = Readonly<{
  count: number /** There may be more than could be read. */;
  atLeast: boolean;
}>;

const ISSUES = "/repos/{owner}/{repo}/issues";
const PAGE_SIZE = 100;
const PAGES_MAX = 10;
const DEADLINE_MS = 30_000;

/**
 * Counts the issues with a label that were opened since a moment, pull requests and our own left out.
 * Asking again costs nothing of the quota until something changes. Throws GITHUB_FAILED.
 */
export function issueCounter(client: GitHubClient, repository: Repository) {
  const reads = conditionalReads(client);
  const subject = { doing: "count issues", repository: `${repository.owner}/${repository.repo}` };
  return (label: string, sinceIso: string): Promise<IssueCount> =>
    withinDeadline(DEADLINE_MS, (limits) =>
      count((page) => readPage(reads, { ...repository, labels: label, page }, limits), Date.parse(sinceIso)),
    ).catch((error: unknown) => {
      throw explainGitHubError(error, { ...subject, again: "they are counted again" });
    });
}

type Page = (page: number) => Promise<readonly Fields[]>;

async function count(read: Page, sinceMs: number): Promise<IssueCount> {
  let found = 0;
  for (let page = 1; page <= PAGES_MAX; page++) {
    const issues = await read(page);
    const recent = issues.filter((issue) => createdMs(issue) >= sinceMs);
    found += recent.filter(isSomebodys).length;
    // Newest first: the first that is older ends the search.
    if (recent.length < issues.length || issues.length < PAGE_SIZE) return { count: found, atLeast: false };
  }
  return { count: found, atLeast: true };
}

/** The moment is no part of the query: it moves, and each query has an answer of its own to be remembered. */
async function readPage(
  reads: ConditionalReads,
  where: Readonly<Record<string, string | number>>,
  limits: Parameters<ConditionalReads["get"]>[2],
): Promise<readonly Fields[]> {
  const order = { state: "all", sort: "created", direction: "desc", per_page: PAGE_SIZE };
  const data = await reads.get(ISSUES, { ...where, ...order }, limits);
  if (!Array.isArray(data)) throw new UnreadableAnswer("a list of issues");
  return data.map(inner);
}

function createdMs(issue: Fields): number {
  const createdMs = Date.parse(needText(issue.created_at, "an issue with its time"));
  if (Number.isNaN(createdMs)) throw new UnreadableAnswer("an issue with its time");
  return createdMs;
}

/** A change's own report must not feed the trigger that counts complaints. */
function isSomebodys(issue: Fields): boolean {
  const labels = Array.isArray(issue.labels) ? issue.labels : [];
  const names = [
    ...labels.filter((label) => typeof label === "string"),
    ...innerList(labels).map(({ name }) => name),
  ];
  return !("pull_request" in issue) && !names.includes(ISSUE_LABEL);
}
