import { describe, expect, it } from "vitest";
import { githubClient } from "../../../src/adapters/github/client.ts";
import { conditionalReads } from "../../../src/adapters/github/conditional.ts";
import { withinDeadline } from "../../../src/adapters/github/deadline.ts";
import { readApi } from "../../../src/adapters/github/read-api.ts";
import { secondaryLimit } from "../../fakes/github/faults.ts";
import type { FakeGitHub } from "../../fakes/github/server.ts";
import { arrangeRun, REPO, RUN } from "./approval-setup.ts";
import { arrange, ISSUES, onGitHub, REPOSITORY } from "./setup.ts";

const client = (github: FakeGitHub, secondMs = 1) =>
  githubClient({ token: "token-of-the-job", apiUrl: github.url, secondMs, requestTimeoutMs: 5_000 });

/** Reads the run, and says how long that took. */
async function readRun(github: FakeGitHub, secondMs: number, deadlineMs = 20_000): Promise<number> {
  const startedMs = performance.now();
  await withinDeadline(deadlineMs, (limits) =>
    readApi(client(github, secondMs), REPOSITORY, limits).one(`${REPO}/actions/runs/{run_id}`, { run_id: 7 }),
  );
  return performance.now() - startedMs;
}

describe.concurrent("the client", () => {
  it.concurrent(
    "waits as long as `retry-after` says",
    onGitHub(async (github) => {
      arrangeRun(github);
      const failure = { ...secondaryLimit, headers: { "retry-after": "3" } };
      github.inject({ on: RUN, times: 1, failure });
      expect(await readRun(github, 100)).toBeGreaterThanOrEqual(290);
      expect(github.requests).toEqual([RUN, RUN]);
    }),
  );

  it.concurrent(
    "does not begin to wait where the wait would not end in time",
    onGitHub(async (github) => {
      arrangeRun(github);
      const failure = { ...secondaryLimit, headers: { "retry-after": "3600" } };
      github.inject({ on: RUN, times: 9, failure });
      await expect(readRun(github, 1_000)).rejects.toMatchObject({ status: 429 });
      expect(github.requests).toEqual([RUN]);
    }),
  );

  it.concurrent(
    "waits for a limit twice and no more",
    onGitHub(async (github) => {
      arrangeRun(github);
      github.inject({ on: RUN, times: 9, failure: secondaryLimit });
      await expect(readRun(github, 1)).rejects.toMatchObject({ status: 429 });
      expect(github.requests).toHaveLength(3);
    }),
  );

  it.concurrent(
    "ends at its deadline whatever GitHub does",
    onGitHub(async (github) => {
      arrangeRun(github);
      github.inject({ on: RUN, times: 9, failure: { kind: "slow-body", ms: 60_000 } });
      await expect(readRun(github, 1, 200)).rejects.toMatchObject({ code: "GITHUB_FAILED" });
    }),
  );

  it.concurrent(
    "sends no write twice on its own",
    onGitHub(async (github) => {
      arrange(github, {});
      const on = `POST ${ISSUES}/{issue_number}/comments`;
      github.inject({ on, times: 9, failure: { kind: "refuse", status: 502 } });
      const body = { ...REPOSITORY, issue_number: 1, body: "Hello", request: { retries: 0 } };
      await expect(
        client(github).request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", body),
      ).rejects.toMatchObject({ status: 502 });
      expect(github.requests).toEqual([on]);
    }),
  );
});

describe.concurrent("a conditional read", () => {
  const read = (reads: ReturnType<typeof conditionalReads>, page: number) =>
    withinDeadline(20_000, (limits) => reads.get(ISSUES, { ...REPOSITORY, per_page: 1, page }, limits));

  it.concurrent(
    "gives the last answer while nothing has changed, and the new one after that",
    onGitHub(async (github) => {
      arrange(github, { title: "One" });
      const reads = conditionalReads(client(github));
      const first = await read(reads, 1);
      expect(await read(reads, 1)).toEqual(first);
      expect(github.notModified()).toBe(1);
      arrange(github, { title: "Two" });
      expect(await read(reads, 1)).toMatchObject([{ title: "Two" }]);
      expect(github.notModified()).toBe(1);
    }),
  );

  it.concurrent(
    "remembers a bounded number of answers, the latest",
    onGitHub(async (github) => {
      for (let i = 0; i < 40; i++) arrange(github, {});
      const reads = conditionalReads(client(github));
      for (let page = 1; page <= 40; page++) await read(reads, page);
      for (const page of [40, 1]) await read(reads, page);
      expect(github.notModified()).toBe(1);
    }),
  );
});
