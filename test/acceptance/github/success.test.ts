import { describe, expect } from "vitest";
import { scenario } from "./stage.ts";
import { expectTruth } from "./truth.ts";

const APPROVED = "approvals: [{ environment: production, from: [rita] }]";
const WORK = ["validate", "gate", "prepare", "deploy", "verify"] as const;

describe("a change that goes well", () => {
  scenario(
    "is validated, approved, prepared, deployed, verified and reported on one machine",
    async (stage) => {
      stage.plan({ more: APPROVED }).approve();
      const verified = await stage.phases(WORK);
      expectTruth(stage, verified, { outcome: "succeeded", issue: "none", requests: 12 });
      expect(stage.versions).toEqual(["2.0"]);
      expect(stage.deployments[0]?.statuses.map(({ description }) => description)).toEqual([
        "Preparing: checks and backups; nothing has changed yet.",
        "Rolling out in batches.",
        "Every target is updated; verifying the service.",
        "Every target is updated and verified.",
      ]);
      const report = await stage.job("report");
      for (const name of ["outcome", "reason-code", "digest", "journal-ref"]) {
        expect(report.outputs[name]).toBe(verified.outputs[name]);
      }
      const digests = stage.jobs.map(({ outputs }) => outputs.digest);
      expect(new Set(digests)).toEqual(new Set([verified.outputs.digest]));
      expect(stage.jobs[1]?.summary).toContain("approved (environment production)");
      expect(verified.summary).toContain("rita");
    },
  );

  scenario("does the same with every phase on a machine of its own", async (stage) => {
    stage.plan({ more: APPROVED }).approve();
    let last = null;
    for (const phase of WORK) last = await stage.job(phase, { machine: `of-${phase}` });
    expectTruth(stage, last!, { outcome: "succeeded", issue: "none", requests: 12 });
    expect(stage.steps).toHaveLength(3);
    expect(stage.versions).toEqual(["2.0"]);
  });

  scenario(
    "costs at most 25 requests with 100 targets, in one job that is gate and deployment at once",
    async (stage) => {
      stage.plan({ targets: 100, batches: "[1, 10, 30]", parallel: 10, more: APPROVED }).approve();
      const job = await stage.job("run");
      expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 10 });
      expect(stage.steps).toHaveLength(100);
      expect(stage.versions).toEqual(["2.0"]);
    },
  );

  scenario("needs no approval where the plan asks for none, and its gate says so", async (stage) => {
    stage.plan();
    const job = await stage.phases(["gate", "deploy", "verify"]);
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 7 });
    expect(stage.jobs[0]?.stdout).toContain("The plan asks for no approval.");
    expect(stage.refs().filter((ref) => ref.includes("approvals"))).toEqual([]);
  });

  scenario("records who confirmed what, and the approver, in journal, summary and result", async (stage) => {
    stage.plan({
      more: `${APPROVED}\nteam: { quality: [rita] }\npreflight: [{ name: Rehearsed in staging, attest: quality }]`,
    });
    stage.approve();
    const job = await stage.phases(["gate", "deploy", "verify"]);
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 12 });
    expect(stage.jobs[0]?.summary).toContain('confirms "Rehearsed in staging", for quality');
    expect(JSON.parse(job.outputs.result ?? "{}")).toMatchObject({
      approval: {
        proof: "github",
        approvals: [{ of: "production", by: ["rita"] }],
        attestations: [{ name: "Rehearsed in staging", role: "quality", by: "rita" }],
      },
    });
    expect(stage.journal()).toContain("Approved by rita, proven by GitHub");
  });

  scenario("of an emergency runs outside of its window, and owes its review from then on", async (stage) => {
    stage.plan({
      more: `${APPROVED}
team: { security: [rita] }
schedule: { timezone: UTC, windows: [{ from: 2020-01-01T00:00, to: 2020-01-02T00:00 }] }
# an emergency`,
    });
    stage.approve();
    const job = await stage.phases(["gate", "deploy", "verify"]);
    expectTruth(stage, job, { outcome: "succeeded", issue: "open", requests: 17 });
    expect(stage.jobs[0]?.summary).toContain("Emergency reviewed by those who approve changes in advance");
    expect(job.outputs.result).toContain("Emergency reviewed by those who approve changes in advance");
    expect(stage.issues[0]?.body).toContain(
      "- [ ] **Emergency reviewed by those who approve changes in advance**",
    );
    const again = await stage.phases(["deploy", "verify"], { attempt: 2, machine: "another" });
    expect(again).toMatchObject({ code: 0, outputs: { outcome: "succeeded" } });
    expect(stage.issues).toHaveLength(1);
  });

  scenario("is approved by the reviews of the pull request that brought exactly this plan", async (stage) => {
    stage.plan({ more: "approvals: [{ pull-request: true, count: 2, from: [rita, quinn] }]" }).approve();
    const blob = stage.desk.bench.git("rev-parse", "HEAD:plan.yml").trim();
    const head = "beefed";
    stage.repository.commits[0]!.pulls = [12];
    stage.repository.pulls = [
      {
        number: 12,
        author: "anna",
        merged: true,
        mergeCommit: stage.sha,
        head,
        commits: ["anna"],
        files: [{ path: "plan.yml", blob }],
        reviews: ["rita", "quinn"].map((login) => ({ login, state: "APPROVED", commit: head })),
      },
    ];
    stage.repository.environments = [];
    const job = await stage.phases(["gate", "deploy", "verify"]);
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 14 });
    expect(job.summary).toContain("quinn");
  });
});

describe("a version that must have succeeded elsewhere first", () => {
  const more = "requires: [{ environment: staging, within: 7d }]";

  scenario("is let through once it has", async (stage) => {
    stage.plan({ more: "" });
    const staging = { inputs: { environment: "staging" } };
    expect((await stage.job("run", staging)).outputs.outcome).toBe("succeeded");
    stage.repository.deployments = [];
    stage.desk.bench.write("log", "");
    stage.plan({ more });
    const job = await stage.job("run", { run: "4712" });
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 12 });
    expect(job.summary).toContain("succeeded in staging");
  });

  scenario("is rejected until then, with nothing touched", async (stage) => {
    stage.plan({ more });
    const job = await stage.job("deploy");
    expectTruth(stage, job, { outcome: "rejected", reason: "requirement-unmet", issue: "none", requests: 4 });
    expect(job.summary).toContain("2.0 has not succeeded in staging");
    expect(stage.steps).toEqual([]);
  });
});

describe("a window", () => {
  const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);
  const window = (from: number, to: number, more = "") =>
    `schedule: { timezone: UTC, windows: [{ from: ${day(from)}, to: ${day(to)} }]${more} }`;

  scenario("that has passed rejects the change, and no target is touched", async (stage) => {
    stage.plan({ more: window(-3, -2) });
    const job = await stage.job("deploy");
    expectTruth(stage, job, { outcome: "rejected", reason: "window-closed", issue: "none", requests: 4 });
    expect(stage.steps).toEqual([]);
  });

  scenario("that is still to come rejects it too, and names its opening", async (stage) => {
    stage.plan({ more: window(2, 3) });
    const job = await stage.job("deploy");
    expectTruth(stage, job, { outcome: "rejected", reason: "window-closed", issue: "none", requests: 4 });
    expect(job.summary).toContain(day(2).slice(0, 13));
  });

  scenario("that is open lets it through; a freeze within it does not", async (stage) => {
    const freeze = `, freezes: [{ from: ${day(-1)}, to: ${day(1)}, reason: Year-end close }]`;
    stage.plan({ more: window(-2, 2, freeze) });
    const frozen = await stage.job("deploy");
    expectTruth(stage, frozen, { outcome: "rejected", reason: "window-closed", issue: "none", requests: 4 });
    stage.plan({ more: window(-2, 2) });
    stage.repository.deployments = [];
    const open = await stage.phases(["deploy", "verify"], { attempt: 2 });
    expectTruth(stage, open, { outcome: "succeeded", issue: "none", requests: 12 });
  });
});
