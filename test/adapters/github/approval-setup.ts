import { gatherApprovals } from "../../../src/adapters/github/approvals.ts";
import { githubClient } from "../../../src/adapters/github/client.ts";
import type { ApprovalFacts, ApprovalRequest } from "../../../src/gate/approval-facts.ts";
import { proveApproval } from "../../../src/gate/prove-approval.ts";
import type { FakeGitHub } from "../../fakes/github/server.ts";
import type { FakeCommit, FakeEnvironment, FakePull, FakeRun } from "../../fakes/github/state.ts";
import { approval } from "../../gate/approval-setup.ts";
import { REPOSITORY } from "./setup.ts";

export const COMMIT = "c0ffee";

export const REPO = "/repos/{owner}/{repo}";
export const ENVIRONMENT = `GET ${REPO}/environments/{environment_name}`;
export const RUN = `GET ${REPO}/actions/runs/{run_id}`;

export const token = {
  login: "github-actions[bot]",
  type: "Bot",
  association: "NONE",
  issues: "write",
  push: true,
} as const;

type World = Readonly<{
  environments?: readonly Partial<FakeEnvironment>[];
  run?: Partial<FakeRun>;
  commits?: readonly Partial<FakeCommit>[];
  pulls?: readonly Partial<FakePull>[];
}>;

/** A run of iris, at anna's commit, approved by rita for the protected environment `production`. */
export function arrangeRun({ state }: FakeGitHub, world: World = {}): void {
  const { repository } = state;
  repository.environments = (world.environments ?? [{}]).map((environment) => ({
    name: "production",
    reviewers: ["rita", "octo-org/cab"],
    preventSelfReview: true,
    canAdminsBypass: false,
    policy: null,
    ...environment,
  }));
  const approvals: FakeRun["approvals"] = [
    { state: "approved", login: "rita", environments: ["production"] },
  ];
  repository.runs = [{ id: 7, sha: COMMIT, actor: "iris", attempts: ["iris"], approvals, ...world.run }];
  repository.commits = (world.commits ?? [{}]).map((commit) => ({
    sha: COMMIT,
    author: "anna",
    committer: "anna",
    verified: false,
    parents: ["f00d"],
    paths: ["plan.yml"],
    pulls: [],
    ...commit,
  }));
  repository.pulls = (world.pulls ?? []).map((pull) => ({
    number: 12,
    author: "anna",
    merged: true,
    head: "beefed",
    mergeCommit: COMMIT,
    commits: ["anna"],
    files: [{ path: "plan.yml", blob: "b1" }],
    reviews: [],
    ...pull,
  }));
}

export function asking(changes: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    approvals: [approval()],
    team: null,
    attestations: [],
    type: "normal",
    commit: COMMIT,
    ref: "refs/heads/main",
    ...changes,
  };
}

type Options = { apiUrl?: string; requestTimeoutMs?: number; deadlineMs?: number; base?: string };

/** What is gathered for a question, by a token of the job's. */
export function gather(
  github: FakeGitHub,
  request: ApprovalRequest = asking(),
  options: Options = {},
): Promise<ApprovalFacts> {
  const { apiUrl = "https://api.github.com", requestTimeoutMs = 5_000, deadlineMs = 20_000 } = options;
  const base = options.base ?? github.url;
  const client = githubClient({ token: "token-of-the-job", apiUrl: base, secondMs: 1, requestTimeoutMs });
  const files = [{ path: "plan.yml", blob: "b1" }];
  return gatherApprovals({ client, repository: REPOSITORY, apiUrl, runId: "7", files, deadlineMs }, request);
}

/** `rita@production`, or the code of the refusal. */
export async function decide(
  github: FakeGitHub,
  request: ApprovalRequest = asking(),
  options: Options = {},
): Promise<string> {
  const answer = proveApproval(request, await gather(github, request, options));
  return answer.ok ? answer.approvers.map(({ login, where }) => `${login}@${where}`).join(" ") : answer.code;
}
