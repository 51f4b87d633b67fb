import type { ApprovalFacts, ApprovalRequest } from "../../gate/approval-facts.ts";
import { listLookups } from "../../gate/list-lookups.ts";
import type { GitHubClient } from "./client.ts";
import { withinDeadline } from "./deadline.ts";
import { readDecisions, readEnvironment } from "./environment-facts.ts";
import { explainGitHubError } from "./explain-error.ts";
import type { Repository } from "./issue-api.ts";
import { lookUpPeople } from "./people-facts.ts";
import { type OwnFile, readPullRequests } from "./pull-request-facts.ts";
import { type ReadApi, readApi } from "./read-api.ts";
import { readRun } from "./run-facts.ts";

export type ApprovalSource = Readonly<{
  client: GitHubClient;
  repository: Repository;
  /** GITHUB_API_URL: away from github.com every account has the features of Enterprise. */
  apiUrl: string;
  runId: string;
  /** The plan and every file that it names: from the root of the repository, with their blob names. */
  files: readonly OwnFile[];
  /** For all requests together, with their waits. */
  deadlineMs?: number;
}>;

const DEADLINE_MS = 120_000;
const AGAIN = "run this job again once it answers";

/**
 * Everything that `proveApproval` needs to know, with the fewest requests: four where an environment's
 * approval is all that the plan asks for, none where it asks for nothing. Throws GITHUB_FAILED with the
 * missing permission; what GitHub will not tell about people is `unknown` in the facts instead.
 */
export function gatherApprovals(source: ApprovalSource, request: ApprovalRequest): Promise<ApprovalFacts> {
  const { client, repository, deadlineMs = DEADLINE_MS } = source;
  const subject = {
    doing: "look up the approvals",
    repository: `${repository.owner}/${repository.repo}`,
    again: AGAIN,
  };
  if (request.approvals.length === 0) return Promise.resolve(NOTHING);
  return withinDeadline(deadlineMs, (limits) =>
    gather(readApi(client, repository, limits), source, request),
  ).catch((error: unknown) => {
    throw explainGitHubError(error, subject);
  });
}

const NOTHING: ApprovalFacts = {
  run: { commit: "", actor: "", triggeredBy: [], authors: [] },
  repository: { private: null, accountPlan: null },
  environments: [],
  decisions: [],
  files: [],
  pullRequests: [],
  people: { memberships: {}, writers: {} },
};

async function gather(
  api: ReadApi,
  source: ApprovalSource,
  request: ApprovalRequest,
): Promise<ApprovalFacts> {
  const names = new Set(request.approvals.flatMap(({ environment }) => environment ?? []));
  const runId = Number(source.runId);
  const run = await readRun(api, runId);
  const environments: ApprovalFacts["environments"][number][] = [];
  for (const name of names) {
    environments.push(await readEnvironment(api, name, { owner: source.repository.owner, ref: request.ref }));
  }
  const isBare = environments.some((found) => found.exists && found.reviewers.length === 0);
  const asksReviews = request.approvals.some((approval) => approval["pull-request"] === true);
  const facts: ApprovalFacts = {
    run,
    repository: isBare ? await readRepository(api, source.apiUrl) : NOTHING.repository,
    environments,
    decisions: names.size === 0 ? [] : await readDecisions(api, runId),
    ...(asksReviews
      ? await readPullRequests(api, request.commit, source.files)
      : { files: [], pullRequests: [] }),
    people: NOTHING.people,
  };
  return { ...facts, people: await lookUpPeople(api, listLookups(request, facts)) };
}

async function readRepository(api: ReadApi, apiUrl: string): Promise<ApprovalFacts["repository"]> {
  const { private: isPrivate } = await api.one("/repos/{owner}/{repo}");
  // What plan an account has, GitHub tells its owners only.
  const accountPlan = new URL(apiUrl).hostname === "api.github.com" ? null : "enterprise";
  return { private: isPrivate !== false, accountPlan };
}
