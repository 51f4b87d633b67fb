import { describe, expect } from "vitest";
import type { FakeEnvironment, FakeRun } from "../../fakes/github/state.ts";
import type { Job } from "../job.ts";
import { type Stage, scenario } from "./stage.ts";

const APPROVED = "approvals: [{ environment: production, from: [rita] }]";

/** Red, with its reason in every place, and nothing recorded or touched anywhere. */
function expectRefused(stage: Stage, job: Job, { code, message }: { code: string; message: string }): void {
  expect(job.code, job.stdout).toBe(1);
  expect(job.outputs, job.stdout).toMatchObject({
    outcome: "rejected",
    "reason-code": code,
    "change-id": "CHG-5",
  });
  expect(job.stdout).toMatch(/^::error/m);
  expect(job.stdout).toContain(message);
  expect(job.summary).toContain("Not approved: Files of the shop");
  expect(job.summary.replaceAll(/[`\\]/g, "")).toContain(message.replaceAll("`", ""));
  expectUntouched(stage);
}

function expectUntouched(stage: Stage, requests = 7): void {
  expect(stage.steps).toEqual([]);
  expect(stage.versions).toEqual(["1.0"]);
  expect(stage.issues).toEqual([]);
  expect(stage.deployments).toEqual([]);
  expect(stage.refs()).toEqual(["refs/heads/main"]);
  expect(stage.requests.length, stage.requests.join("\n")).toBeLessThanOrEqual(requests);
}

type Refusal = Readonly<{
  code: string;
  message: string;
  environment?: Partial<FakeEnvironment>;
  run?: Partial<FakeRun>;
}>;

const approved = (login: string, environment = "production") => ({
  approvals: [{ state: "approved" as const, login, environments: [environment] }],
});

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "an environment that is misspelt": {
    code: "environment-missing",
    message: "There is no environment `production`. Is `prodution` meant?",
    environment: { name: "prodution" },
  },
  "an environment without reviewers": {
    code: "environment-unprotected",
    message: "The environment `production` has no required reviewers",
    environment: { reviewers: null },
  },
  "an environment whose runs can be approved by whoever starts them": {
    code: "self-review-possible",
    message: "The environment `production` lets whoever starts a run approve it.",
    environment: { preventSelfReview: false },
  },
  "an environment that administrators may pass by": {
    code: "bypass-possible",
    message: "Administrators may bypass the reviewers of the environment `production`.",
    environment: { canAdminsBypass: true },
  },
  "a tag that may not deploy there": {
    code: "ref-not-allowed",
    message: "The tag `v2.0` may not deploy to the environment `production`",
    environment: { policy: [{ name: "release/*", type: "branch" }] },
  },
  "a run that nobody has approved": {
    code: "approval-missing",
    message: "Nobody has approved this run for the environment `production`.",
    run: { approvals: [] },
  },
  "an approval for another environment": {
    code: "approval-elsewhere",
    message: "This run was approved for `staging`, and not for the environment `production`.",
    run: approved("rita", "staging"),
  },
  "an approver whom the plan does not name": {
    code: "approver-not-allowed",
    message: "`olga` is not one of `rita`.",
    environment: { reviewers: ["rita", "olga"] },
    run: approved("olga"),
  },
  "an approver who started the run": {
    code: "approver-is-initiator",
    message: "`rita` started this run.",
    run: { actor: "rita" },
  },
  "an approver who has re-run it": {
    code: "approver-re-ran",
    message: "`rita` has re-run this run",
    run: { attempts: ["iris", "rita"] },
  },
  "a rejection": {
    code: "approval-rejected",
    message: "`rita` has rejected this run",
    run: { approvals: [{ state: "rejected", login: "rita", environments: ["production"] }] },
  },
  "a run of another commit": {
    code: "run-mismatch",
    message: "The run that people approved is of commit",
    run: { sha: "c0ffee" },
  },
};

describe("the gate refuses", () => {
  for (const [name, { code, message, ...world }] of Object.entries(REFUSALS)) {
    scenario(name, async (stage) => {
      stage.plan({ more: APPROVED }).approve(world);
      if (code === "run-mismatch") stage.repository.commits[0]!.sha = "c0ffee";
      expectRefused(stage, await stage.job("gate"), { code, message });
    });
  }

  scenario("in the one job that is gate and deployment at once, too", async (stage) => {
    stage.plan({ more: APPROVED }).approve({ run: { approvals: [] } });
    const job = await stage.job("run");
    const message = "Nobody has approved this run for the environment `production`.";
    expectRefused(stage, job, { code: "approval-missing", message });
  });

  scenario("an emergency that nobody of the security team has approved", async (stage) => {
    stage.plan({
      more: "approvals: [{ environment: production, from: [sven] }]\nteam: { security: [sven] }\n# an emergency",
    });
    stage.approve();
    const message = "`rita` is not one of `sven`.";
    expectRefused(stage, await stage.job("gate"), { code: "approver-not-allowed", message });
  });

  scenario("what nobody of the right part of the team has confirmed", async (stage) => {
    stage.plan({
      more: `${APPROVED}\nteam: { quality: [quinn] }\npreflight: [{ name: Rehearsed, attest: quality }]`,
    });
    stage.approve();
    const message = "`Rehearsed` is to be confirmed by somebody of `team.quality`, and `rita` approved.";
    expectRefused(stage, await stage.job("gate"), { code: "attestation-missing", message });
  });
});

describe("the gate stays closed", () => {
  const APPROVALS = "GET /repos/{owner}/{repo}/actions/runs/{run_id}/approvals";

  scenario("where the token may not look, and names the permission", async (stage) => {
    stage.plan({ more: APPROVED }).approve();
    const [token, user] = [...stage.github.state.users][0]!;
    stage.github.state.users.set(token, { ...user, grants: { actions: "none" } });
    const job = await stage.job("gate");
    expect(job).toMatchObject({ code: 1, outputs: { "reason-code": "github-failed" } });
    expect(job.stdout).toContain("`permissions: actions: read`");
    expectUntouched(stage);
  });

  scenario.each([
    ["GitHub answers with 500 for good", { kind: "refuse", status: 500 } as const],
    ["some proxy answers instead of GitHub", { kind: "wrong-type" } as const],
    ["the list of approvals has a shape that is not GitHub's", { kind: "wrong-shape" } as const],
  ])("where %s", async (stage, failure) => {
    stage.plan({ more: APPROVED }).approve();
    stage.github.inject({ on: APPROVALS, times: 100, failure });
    const job = await stage.job("gate");
    expect(job).toMatchObject({ code: 1, outputs: { "reason-code": "github-failed" } });
    expect(job.stdout).toMatch(/^::error/m);
    expect(job.summary).toContain("GITHUB_FAILED");
    expectUntouched(stage, 12);
  });

  scenario("opens all the same after two answers with 502", async (stage) => {
    stage.plan({ more: APPROVED }).approve();
    stage.github.inject({ on: APPROVALS, times: 2, failure: { kind: "refuse", status: 502 } });
    const job = await stage.job("gate");
    expect(job.code, job.stdout).toBe(0);
    expect(stage.requests.length).toBeLessThanOrEqual(8);
  });
});

describe("what was approved is what runs", () => {
  scenario("a plan that was changed after the gate has no effect", async (stage) => {
    stage.plan({ more: APPROVED }).approve();
    const gate = await stage.job("gate");
    expect(gate.code, gate.stdout).toBe(0);
    stage.plan({ more: APPROVED, install: "echo more >> log" });
    await expectMismatch(stage, gate.outputs.digest);
  });

  scenario("another version, or a changed file that the plan names, has none either", async (stage) => {
    const hosts = (last: string) => stage.desk.bench.write("hosts.yml", `- { name: "t[001:${last}]" }\n`);
    stage.plan({ more: APPROVED });
    hosts("003");
    const plan = stage.desk.bench.read("plan.yml").replace(/hosts: \[[^\]]*\]" \}\]/, "from: hosts.yml");
    const commit = () => {
      stage.desk.bench.write("plan.yml", plan);
      stage.desk.bench.commit();
      stage.desk.bench.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main");
    };
    commit();
    stage.approve();
    const gate = await stage.job("gate");
    expect(gate.code, gate.stdout).toBe(0);
    const other = await stage.job("deploy", { inputs: { version: "6.6" } });
    expect(other.outputs).toMatchObject({ outcome: "rejected", "reason-code": "not-approved" });
    hosts("002");
    commit();
    await expectMismatch(stage, gate.outputs.digest);
  });

  scenario("a deployment without any gate is rejected", async (stage) => {
    stage.plan({ more: APPROVED }).approve();
    await expectMismatch(stage, undefined);
  });

  async function expectMismatch(stage: Stage, digest: string | undefined): Promise<void> {
    const job = await stage.job("deploy");
    expect(job.code, job.stdout).toBe(1);
    expect(job.outputs).toMatchObject({ outcome: "rejected", "reason-code": "not-approved" });
    expect(job.outputs.digest).not.toBe(digest);
    expect(job.summary).toContain("no approval of exactly this plan, version and commit");
    expect(stage.steps).toEqual([]);
    expect(stage.versions).toEqual(["1.0"]);
    expect(stage.issues).toEqual([]);
    expect(stage.deployments).toHaveLength(1);
    expect(stage.deployments[0]?.statuses.at(-1)?.state).toBe("failure");
  }
});
