import { describe, expect, it } from "vitest";
import { githubClient } from "../../../src/adapters/github/client.ts";
import {
  type DeploymentRecord,
  type GitHubDeployments,
  githubDeployments,
} from "../../../src/adapters/github/deployments.ts";
import { outcomeStatuses, phaseStatus, unsaidStatuses } from "../../../src/report/deployment-status.ts";
import { type Failure, longRateLimit, rateLimit, secondaryLimit } from "../../fakes/github/faults.ts";
import type { FakeGitHub } from "../../fakes/github/server.ts";
import { token } from "./approval-setup.ts";
import { onGitHub, REPOSITORY } from "./setup.ts";

const DEPLOYMENTS = "/repos/{owner}/{repo}/deployments";
const LIST = `GET ${DEPLOYMENTS}`;
const CREATE = `POST ${DEPLOYMENTS}`;
const STATUS = `POST ${DEPLOYMENTS}/{deployment_id}/statuses`;
const STATUSES = `GET ${DEPLOYMENTS}/{deployment_id}/statuses`;

const RECORD: DeploymentRecord = {
  environment: "production",
  changeId: "CHG-1",
  commit: "c0ffee",
  title: "Checkout 4.2.0",
  pointers: { digest: "abc", journal: "refs/change-deploy/production/changes/CHG-1" },
  logUrl: "https://github.test/octo-org/shop/actions/runs/7",
  environmentUrl: "https://shop.test",
};

type Options = Partial<DeploymentRecord> & { deadlineMs?: number; requestTimeoutMs?: number };

function open(github: FakeGitHub, options: Options = {}): GitHubDeployments {
  const { deadlineMs = 20_000, requestTimeoutMs = 5_000, ...changes } = options;
  const client = githubClient({
    token: "token-of-the-job",
    apiUrl: github.url,
    secondMs: 1,
    requestTimeoutMs,
  });
  const record = { ...RECORD, ...changes };
  return githubDeployments({ client, repository: REPOSITORY }, record, { deadlineMs, pauseMs: 1 });
}

const made = (github: FakeGitHub) => github.state.repository.deployments;
const states = (github: FakeGitHub) => made(github).map(({ statuses }) => statuses.map(({ state }) => state));

describe.concurrent("the deployment of a change", () => {
  it.concurrent(
    "says in each phase where the change stands, with one request each",
    onGitHub(async (github) => {
      const deployments = open(github);
      for (const phase of ["gate", "prepare", "deploy", "verify"] as const) {
        expect(await deployments.report(phaseStatus(phase))).toEqual({ ok: true, id: 500 });
      }
      await deployments.report(outcomeStatuses("succeeded")[0]!);

      expect(made(github)).toMatchObject([
        {
          ref: "c0ffee",
          environment: "production",
          task: "change-deploy/CHG-1",
          payload: { change: "CHG-1", digest: "abc", journal: expect.stringContaining("refs/") },
          description: "Checkout 4.2.0",
        },
      ]);
      expect(states(github)).toEqual([["queued", "in_progress", "in_progress", "in_progress", "success"]]);
      expect(made(github)[0]?.statuses[0]).toMatchObject({
        log_url: RECORD.logUrl,
        environment_url: "https://shop.test",
      });
      expect(github.requests).toEqual([LIST, CREATE, ...Array.from({ length: 5 }, () => STATUS)]);
    }),
  );

  it.concurrent(
    "is found again by another process, and by no other change or environment",
    onGitHub(async (github) => {
      await open(github).report(phaseStatus("gate"));
      await open(github).report(phaseStatus("deploy"));
      expect(states(github)).toEqual([["queued", "in_progress"]]);
      await open(github, { changeId: "CHG-10" }).report(phaseStatus("gate"));
      await open(github, { environment: "staging" }).report(phaseStatus("gate"));
      expect(made(github)).toHaveLength(3);
    }),
  );

  it.concurrent(
    "ends as inactive when it was rolled back",
    onGitHub(async (github) => {
      const deployments = open(github);
      await deployments.report(phaseStatus("rollback"));
      for (const status of outcomeStatuses("rolled-back")) await deployments.report(status);
      expect(states(github)).toEqual([["in_progress", "failure", "inactive"]]);
    }),
  );

  it.concurrent(
    "keeps the order of statuses that are not waited for, and says nothing twice",
    onGitHub(async (github) => {
      const deployments = open(github);
      const phases = ["gate", "gate", "deploy", "deploy", "rollback"] as const;
      await Promise.all(phases.map((phase) => deployments.report(phaseStatus(phase))));
      expect(made(github)).toHaveLength(1);
      expect(states(github)).toEqual([["queued", "in_progress", "in_progress"]]);
    }),
  );

  it.concurrent(
    "fits into what GitHub takes",
    onGitHub(async (github) => {
      const deployments = open(github, { title: "😀".repeat(200), logUrl: null, environmentUrl: null });
      const description = `two\nlines ${"😀".repeat(200)}`;
      expect(await deployments.report({ state: "queued", description })).toMatchObject({ ok: true });
      const [deployment] = made(github);
      expect(deployment?.description).toMatch(/^😀{69}…$/u);
      expect(deployment?.statuses[0]?.description).toMatch(/^two lines 😀+…$/u);
    }),
  );

  it.concurrent(
    "is the oldest, where two were made",
    onGitHub(async (github) => {
      github.inject({ on: CREATE, times: 1, failure: { kind: "cut-after" } });
      github.inject({ on: LIST, times: 4, failure: { kind: "stale" } });
      await open(github).report(phaseStatus("gate"));
      expect(made(github)).toHaveLength(2);
      await open(github).report(phaseStatus("deploy"));
      expect(states(github)).toEqual([["in_progress"], ["queued", "inactive"]]);
    }),
  );
});

const passing: [string, Failure][] = [
  ["500", { kind: "refuse", status: 500 }],
  ["502", { kind: "refuse", status: 502 }],
  ["a rate limit", rateLimit],
  ["a secondary rate limit", secondaryLimit],
  ["409", { kind: "refuse", status: 409 }],
  ["a connection cut before anything happened", { kind: "cut-before" }],
  ["a connection cut after it happened", { kind: "cut-after" }],
  ["502 after it happened", { kind: "do-then-fail", status: 502 }],
  ["an answer that never comes after it happened", { kind: "hang-after" }],
  ["a body that stalls", { kind: "slow-body", ms: 60_000 }],
  ["a proxy's page instead of an answer", { kind: "wrong-type" }],
  ["JSON of another shape", { kind: "wrong-shape" }],
];

describe.concurrent("what a process could not say any more", () => {
  const complete = (deployments: GitHubDeployments, outcome: "rolled-back" | "succeeded") =>
    deployments.complete((newest) => unsaidStatuses(outcome, newest));

  it.concurrent(
    "is added after what it has said, once",
    onGitHub(async (github) => {
      await open(github).report(phaseStatus("rollback"));
      for (const _ of [1, 2]) {
        expect(await complete(open(github), "rolled-back")).toEqual({ ok: true, id: 500 });
        expect(states(github)).toEqual([["in_progress", "failure", "inactive"]]);
      }
    }),
  );

  it.concurrent(
    "is added from where it stopped",
    onGitHub(async (github) => {
      await open(github).report(outcomeStatuses("rolled-back")[0]!);
      await complete(open(github), "rolled-back");
      expect(states(github)).toEqual([["failure", "inactive"]]);
    }),
  );

  it.concurrent(
    "brings nothing back that a later deployment has taken out of service",
    onGitHub(async (github) => {
      await open(github).report({ state: "inactive", description: "" });
      await complete(open(github), "succeeded");
      expect(states(github)).toEqual([["inactive"]]);
    }),
  );

  it.concurrent(
    "is added after what an earlier attempt has said, though that took itself out of service",
    onGitHub(async (github) => {
      for (const status of outcomeStatuses("rolled-back")) await open(github).report(status);
      await complete(open(github), "succeeded");
      expect(states(github)).toEqual([["failure", "inactive", "success"]]);
    }),
  );

  it.concurrent(
    "makes no deployment where there is none",
    onGitHub(async (github) => {
      expect(await complete(open(github), "succeeded")).toEqual({ ok: true, id: null });
      expect(made(github)).toEqual([]);
    }),
  );
});

describe.concurrent.each(passing)("with %s on the writes", (_, failure) => {
  it.concurrent(
    "there is one deployment with each status once",
    onGitHub(async (github) => {
      for (const on of [CREATE, STATUS]) github.inject({ on, times: 1, failure });
      const deployments = open(github, { requestTimeoutMs: 300 });
      expect(await deployments.report(phaseStatus("gate"))).toMatchObject({ ok: true });
      expect(await deployments.report(phaseStatus("deploy"))).toMatchObject({ ok: true });
      expect(states(github)).toEqual([["queued", "in_progress"]]);
    }),
  );
});

describe.concurrent("a deployment that GitHub does not take", () => {
  it.concurrent.each<[string, Failure]>([
    ["an outage", { kind: "refuse", status: 502 }],
    ["no answer", { kind: "hang-after" }],
    ["a long rate limit", longRateLimit()],
    ["422", { kind: "refuse", status: 422 }],
  ])("is a value, in bounded time and requests: %s", async (_, failure) => {
    await onGitHub(async (github) => {
      for (const on of [LIST, CREATE, STATUS, STATUSES]) github.inject({ on, times: 999, failure });
      expect(
        await open(github, { deadlineMs: 2_000, requestTimeoutMs: 300 }).report(phaseStatus("gate")),
      ).toMatchObject({
        ok: false,
        error: { code: "GITHUB_FAILED" },
      });
      expect(github.requests.length).toBeLessThan(12);
    })();
  });

  it.concurrent(
    "names the permission that is missing",
    onGitHub(async (github) => {
      github.state.users.set("token-of-the-job", { ...token, grants: { deployments: "read" } });
      expect(await open(github).report(phaseStatus("gate"))).toMatchObject({
        ok: false,
        error: { hint: "The job needs `permissions: deployments: write`." },
      });
      expect(github.requests).toEqual([LIST, CREATE]);
    }),
  );

  it.concurrent(
    "is tried again with the next status",
    onGitHub(async (github) => {
      github.inject({ on: LIST, times: 1, failure: { kind: "refuse", status: 422 } });
      const deployments = open(github);
      expect(await deployments.report(phaseStatus("gate"))).toMatchObject({ ok: false });
      expect(await deployments.report(phaseStatus("deploy"))).toMatchObject({ ok: true });
      expect(states(github)).toEqual([["in_progress"]]);
    }),
  );
});
