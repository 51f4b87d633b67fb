import { expect } from "vitest";
import { githubClient } from "../../../src/adapters/github/client.ts";
import { type GitHubIssues, githubIssues } from "../../../src/adapters/github/issues.ts";
import type { IssueDraft } from "../../../src/ports.ts";
import { type FakeGitHub, startFakeGitHub } from "../../fakes/github/server.ts";
import { addIssue, type FakeIssue } from "../../fakes/github/state.ts";

export const ISSUES = "/repos/{owner}/{repo}/issues";
export const LIST = `GET ${ISSUES}`;
export const CREATE = `POST ${ISSUES}`;
export const UPDATE = `PATCH ${ISSUES}/{issue_number}`;

export const REPOSITORY = { owner: "octo-org", repo: "shop" };
export const MARKER = "<!-- change-deploy: production/CHG-1 -->";

/** A test's body with a GitHub of its own, which fails the test that departed from GitHub's description. */
export function onGitHub(body: (github: FakeGitHub) => Promise<void>): () => Promise<void> {
  return async () => {
    const github = await startFakeGitHub();
    try {
      await body(github);
    } finally {
      await github.close();
    }
    expect(github.violations).toEqual([]);
  };
}

type StoreOptions = { token?: string; deadlineMs?: number; requestTimeoutMs?: number; repo?: string };

/** A store as another process would have it, with waits a thousandth as long. */
export function openStore(github: FakeGitHub, options: StoreOptions = {}): GitHubIssues {
  const {
    token = "token-of-the-job",
    deadlineMs = 20_000,
    requestTimeoutMs = 5_000,
    repo = "shop",
  } = options;
  const client = githubClient({ token, apiUrl: github.url, secondMs: 1, requestTimeoutMs });
  return githubIssues(client, { ...REPOSITORY, repo }, { deadlineMs, pauseMs: 1 });
}

export function draft(changes: Partial<IssueDraft> = {}): IssueDraft {
  return {
    marker: MARKER,
    title: "Checkout 4.2.0 was rolled back",
    body: `${MARKER}\nWhat happened`,
    labels: ["rollback"],
    ...changes,
  };
}

export function arrange(github: FakeGitHub, issue: Partial<FakeIssue>): FakeIssue {
  return addIssue(github.state.repository, issue);
}

export function marked(github: FakeGitHub): FakeIssue[] {
  return github.state.repository.issues.filter((issue) => issue.body.startsWith(MARKER));
}
