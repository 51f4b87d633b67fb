import { describe, expect } from "vitest";
import { type Failure, secondaryLimit } from "../../fakes/github/faults.ts";
import { cancelAsARunner, until } from "../workbench.ts";
import { type Stage, scenario } from "./stage.ts";
import { expectTruth } from "./truth.ts";

const REPO = "/repos/{owner}/{repo}";
const ISSUES = `GET ${REPO}/issues`;
const OPEN_ISSUE = `POST ${REPO}/issues`;
const UPDATE_ISSUE = `PATCH ${REPO}/issues/{issue_number}`;
const DEPLOYMENTS = `GET ${REPO}/deployments`;
const DEPLOY = `POST ${REPO}/deployments`;
const STATUS = `POST ${REPO}/deployments/{deployment_id}/statuses`;
const ISSUE_CALLS = [ISSUES, OPEN_ISSUE, UPDATE_ISSUE];
const ALL = [...ISSUE_CALLS, DEPLOYMENTS, DEPLOY, STATUS];
const BREAKS = { install: '[ "$TARGET_NAME" != t002 ] || exit 9' };

type Case = Readonly<{ on: readonly string[]; times?: number; failure: Failure; requests?: number }>;

/** Passing troubles: afterwards everything is as it would have been without them. */
const PASSING: readonly (readonly [string, Case])[] = [
  ["two answers with 500", { on: [ISSUES, DEPLOYMENTS], times: 2, failure: { kind: "refuse", status: 500 } }],
  [
    "an answer with 502 to what was never done",
    { on: [OPEN_ISSUE, DEPLOY, STATUS], failure: { kind: "refuse", status: 502 } },
  ],
  [
    "502 after an issue, a deployment and a status were made",
    { on: [OPEN_ISSUE, DEPLOY, STATUS], failure: { kind: "do-then-fail", status: 502 } },
  ],
  [
    "a connection cut before anything was done",
    { on: [OPEN_ISSUE, DEPLOY], failure: { kind: "cut-before" } },
  ],
  [
    "a connection cut after everything was done",
    { on: [OPEN_ISSUE, DEPLOY, STATUS], failure: { kind: "cut-after" } },
  ],
  [
    "an answer that never comes, after the issue and the deployment were made",
    { on: [OPEN_ISSUE, DEPLOY], failure: { kind: "hang-after" } },
  ],
  [
    "bodies that take seconds",
    { on: [ISSUES, OPEN_ISSUE, DEPLOYMENTS, DEPLOY], failure: { kind: "slow-body", ms: 1_500 } },
  ],
  ["pages of a proxy instead of JSON", { on: [OPEN_ISSUE, DEPLOY], failure: { kind: "wrong-type" } }],
  ["JSON that is not GitHub's", { on: [OPEN_ISSUE, DEPLOY], failure: { kind: "wrong-shape" } }],
  [
    "lists that lag behind what was made",
    { on: [ISSUES, DEPLOYMENTS], times: 2, failure: { kind: "stale" } },
  ],
  ["429 with a time to wait", { on: [ISSUES, DEPLOYMENTS], failure: secondaryLimit }],
  [
    "403 for a rate limit, with retry-after",
    {
      on: [ISSUES, DEPLOYMENTS],
      failure: {
        kind: "refuse",
        status: 403,
        headers: { "retry-after": "1" },
        body: {
          message: "You have exceeded a secondary rate limit.",
          documentation_url: "https://docs.github.com",
        },
      },
    },
  ],
];

describe("a rollback leaves one issue and one deployment through", () => {
  scenario.each(PASSING)("%s", async (stage, { on, times = 1, failure }) => {
    stage.plan(BREAKS);
    for (const operation of on) stage.github.inject({ on: operation, times, failure });
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 40 });
    expect(stage.versions).toEqual(["1.0"]);
  });

  scenario("a conflict: 409 for the deployment, which is said, while the issue is as ever", async (stage) => {
    stage.plan(BREAKS);
    stage.github.inject({ on: DEPLOY, times: 100, failure: { kind: "refuse", status: 409 } });
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 45, deployment: false });
    expect(job.stdout).toContain("The deployment is not recorded on GitHub");
  });

  scenario("422 for the assignees, who are then left out", async (stage) => {
    stage.plan({ ...BREAKS, more: "team: { manager: [mona], engineers: [nobody-here] }" });
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 25 });
  });
});

/** Red for what happened to the targets, and said: nothing about GitHub changes what is done to them. */
async function expectRolledBackUnseen(stage: Stage, requests: number) {
  const job = await stage.job("run");
  expect(job.code).toBe(1);
  expect(job.outputs).toMatchObject({ outcome: "rolled-back", "reason-code": "verified" });
  expect(stage.versions).toEqual(["1.0"]);
  expect(job.summary).toContain("Rolled back: every touched target");
  expect(job.stdout).toContain("The outcome was not reported");
  expect(stage.requests.length, stage.requests.join("\n")).toBeLessThanOrEqual(requests);
  return job;
}

describe("a rollback goes on, and its outcome is told", () => {
  scenario("though issues are disabled: 410", async (stage) => {
    stage.plan(BREAKS);
    stage.repository.hasIssues = false;
    const job = await expectRolledBackUnseen(stage, 14);
    expect(job.stdout).toMatch(/[Ii]ssues .*disabled/);
    expect(stage.issues).toEqual([]);
    expect(stage.deployments[0]?.statuses.at(-1)?.state).toBe("inactive");
  });

  scenario("though the token may not write issues: 403 that names the permission", async (stage) => {
    stage.plan(BREAKS);
    const [token, user] = [...stage.github.state.users][0]!;
    stage.github.state.users.set(token, { ...user, issues: "read" });
    const job = await expectRolledBackUnseen(stage, 16);
    expect(job.stdout).toContain("`permissions: issues: write`");
  });

  scenario("though the token may not write deployments, which is said once", async (stage) => {
    stage.plan(BREAKS);
    const [token, user] = [...stage.github.state.users][0]!;
    stage.github.state.users.set(token, { ...user, grants: { deployments: "read" } });
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 16, deployment: false });
    expect(job.stdout).toContain("`permissions: deployments: write`");
    expect(job.stdout.match(/The deployment is not recorded/g)).toHaveLength(1);
  });

  scenario("though GitHub refuses everything; once it is back, the report makes up for it", async (stage) => {
    stage.plan(BREAKS);
    for (const on of ALL) stage.github.inject({ on, times: 8, failure: { kind: "refuse", status: 403 } });
    await expectRolledBackUnseen(stage, 25);
    stage.github.clearFaults();
    const report = await stage.job("report", { attempt: 2, machine: "another" });
    expect(report.outputs, report.stdout).toMatchObject({ outcome: "rolled-back" });
    expect(stage.issues.map(({ state }) => state)).toEqual(["open"]);
    expect(report.outputs["issue-url"]).toMatch(/\/issues\/1$/);
  });

  scenario(
    "without waiting for issues that never answer, and a cancel then ends it at once",
    async (stage) => {
      stage.plan(BREAKS);
      for (const on of ISSUE_CALLS) {
        stage.github.inject({ on, times: 1_000, failure: { kind: "hang-after" } });
      }
      const { child, job } = stage.start("run");
      // The last word of the deployment: the rollback is over, while the issue is still being tried.
      await until("the rollback", () => stage.deployments[0]?.statuses.at(-1)?.state === "inactive", 60_000);
      expect(stage.versions).toEqual(["1.0"]);
      expect(await cancelAsARunner(child, job)).toBe("SIGINT");
      const ended = await job;
      expect(ended.outputs, ended.stdout).toMatchObject({ outcome: "rolled-back" });
      expect(ended.summary).toContain("Rolled back: every touched target");
      const { rollback } = JSON.parse(ended.outputs.result ?? "{}");
      expect(rollback.announcedAt).toBeNull();
      expect(stage.issues.length).toBeLessThanOrEqual(1);
    },
  );
});
