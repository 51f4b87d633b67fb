import { describe, expect } from "vitest";
import { cancelAsARunner, endStrays, until } from "../workbench.ts";
import { type Phase, type Stage, scenario } from "./stage.ts";
import { expectTruth } from "./truth.ts";

const APPROVED = "approvals: [{ environment: production, from: [rita] }]";
const mended = (stage: Stage) => stage.desk.bench.write("mended", "");
const unlessMended = (target: string) => `[ "$TARGET_NAME" != ${target} ] || test -e mended`;

/** The failed jobs again: attempt 2, on a machine that has nothing of the first. */
const again = (stage: Stage, phases: readonly Phase[] = ["prepare", "deploy", "verify"], attempt = 2) =>
  stage.phases(phases, { attempt, machine: `of-attempt-${attempt}` });

describe("a re-run of the failed jobs, on an empty machine", () => {
  scenario("after a success says so in every phase, and does nothing", async (stage) => {
    stage.plan({ more: APPROVED }).approve();
    await stage.phases(["gate", "prepare", "deploy", "verify"]);
    const before = { steps: stage.steps, requests: stage.requests.length, journal: stage.journal() };
    const job = await again(stage);
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: before.requests });
    expect(stage.steps).toEqual(before.steps);
    expect(stage.journal()).toBe(before.journal);
    for (const { stdout } of stage.jobs.slice(-3)) expect(stdout).toContain("It has succeeded already.");
  });

  scenario(
    "after a rollback starts again from the first batch, under the approval that it has",
    async (stage) => {
      stage.plan({ more: APPROVED, install: unlessMended("t002") }).approve();
      const first = await stage.phases(["gate", "prepare", "deploy", "verify"]);
      expectTruth(stage, first, { outcome: "rolled-back", issue: "open", requests: 22 });
      mended(stage);
      const job = await again(stage);
      expectTruth(stage, job, { outcome: "succeeded", issue: "closed", requests: 40 });
      expect(stage.steps.slice(-3)).toEqual(["t001 run", "t002 run", "t003 run"]);
      expect(JSON.parse(job.outputs.result ?? "{}").attempt).toBe(2);
    },
  );

  scenario("after an incomplete rollback tries that again, and nothing else", async (stage) => {
    stage.plan({ install: '[ "$TARGET_NAME" != t003 ]', undo: unlessMended("t001") });
    const first = await stage.phases(["prepare", "deploy", "verify"]);
    expectTruth(stage, first, { outcome: "rollback-incomplete", issue: "open", requests: 18 });
    const runs = () => stage.steps.filter((step) => step.endsWith(" run")).length;
    const before = runs();
    mended(stage);
    const job = await again(stage, ["deploy"]);
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 32 });
    expect(runs()).toBe(before);
    expect(stage.versions).toEqual(["1.0"]);
  });

  scenario("after a refusal of the gate checks everything anew", async (stage) => {
    stage.plan({ more: APPROVED }).approve({ run: { approvals: [] } });
    expect((await stage.job("gate")).outputs.outcome).toBe("rejected");
    stage.approve({ run: { attempts: ["iris", "iris"] } });
    const job = await again(stage, ["gate", "prepare", "deploy", "verify"]);
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 19 });
  });

  scenario("of the report alone tells the same, and opens no second issue", async (stage) => {
    stage.plan({ install: '[ "$TARGET_NAME" != t002 ]' });
    const first = await stage.phases(["prepare", "deploy"]);
    expectTruth(stage, first, { outcome: "rolled-back", issue: "open", requests: 16 });
    for (const attempt of [2, 3]) {
      const { code, outputs } = await again(stage, ["report"], attempt);
      expect(code).toBe(0);
      for (const name of ["outcome", "reason-code", "digest", "issue-url"]) {
        expect(outputs[name]).toBe(first.outputs[name]);
      }
    }
    expect(stage.issues).toHaveLength(1);
  });

  scenario(
    "with outputs of the first attempt in its inputs goes by the journal, not by them",
    async (stage) => {
      stage.plan({ install: unlessMended("t002") });
      const first = await stage.job("run");
      mended(stage);
      const env = { STATE_ended: "true", STATE_change: "CHG-5", ...first.state };
      const job = await stage.job("run", { attempt: 2, machine: "another", env });
      expectTruth(stage, job, { outcome: "succeeded", issue: "closed", requests: 32 });
    },
  );
});

describe("a worker that is killed outright", () => {
  const slow = "[ -e hurry ] || { touch begun; sleep 300 & sleep 300; }";

  async function kill(stage: Stage) {
    stage.plan({ install: slow });
    const { child, job } = stage.start("deploy", { machine: "of-attempt-1" });
    await until(
      "a step",
      () => stage.desk.bench.read("log") !== "" && stage.desk.bench.list(".").includes("begun"),
      60_000,
    );
    child.kill("SIGKILL");
    const killed = await job;
    await endStrays(stage.at);
    return killed;
  }

  scenario("is told by the post step, and finished by the rescue job on another machine", async (stage) => {
    const killed = await kill(stage);
    expect(killed).toMatchObject({ signal: "SIGKILL", outputs: {} });
    const post = await stage.post(killed, { machine: "of-attempt-1" });
    expect(post).toMatchObject({ code: 0 });
    expect(post.summary).toContain("is not finished");

    stage.desk.bench.write("hurry", "");
    const inputs = { rescue: "true", "change-id": "CHG-5" };
    const job = await stage.job("rollback", { machine: "of-attempt-1", inputs });
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 16, green: true });
    expect(stage.versions).toEqual(["1.0"]);
    const second = await stage.job("rollback", { attempt: 2, machine: "of-attempt-1", inputs });
    expect(second.stdout).toContain("This run has left nothing unfinished.");
    expect([stage.issues.length, stage.deployments.length]).toEqual([1, 1]);
  });

  scenario("is resumed by a re-run, which repeats no finished step", async (stage) => {
    await kill(stage);
    stage.desk.bench.write("hurry", "");
    const job = await stage.phases(["prepare", "deploy", "verify"], { attempt: 2, machine: "of-attempt-1" });
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 14 });
    expect(stage.versions).toEqual(["2.0"]);
  });
});

const STATUS = "POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses";

describe("a worker that is killed before it could tell GitHub where the change is", () => {
  scenario("has it said by whoever takes over", async (stage) => {
    const undo = "[ -e hurry ] || { touch begun; sleep 300 & sleep 300; }";
    stage.plan({ install: unlessMended("t002"), undo });
    const told = () => stage.deployments[0]?.statuses.map(({ description }) => description) ?? [];
    await stage.phases(["prepare"], { machine: "of-attempt-1" });
    const before = told();
    stage.github.inject({ on: STATUS, times: 50, failure: { kind: "cut-before" } });
    const { child, job } = stage.start("deploy", { machine: "of-attempt-1" });
    await until("an undo", () => stage.desk.bench.list(".").includes("begun"), 60_000);
    child.kill("SIGKILL");
    await job;
    await endStrays(stage.at);
    stage.github.clearFaults();
    expect(told()).toEqual(before);

    stage.desk.bench.write("hurry", "");
    const done = await stage.job("deploy", { attempt: 2, machine: "of-attempt-1" });
    expectTruth(stage, done, { outcome: "rolled-back", issue: "open", requests: 60 });
    expect(told().slice(before.length)).toEqual([
      "Rolling back.",
      "A trigger fired, and the change was rolled back.",
      "Rolled back: every touched target is verified as it was before.",
    ]);
  });
});

describe("an outcome that GitHub's deployment did not take", () => {
  scenario("is said there by the report, once", async (stage) => {
    stage.plan({ install: unlessMended("t002") });
    await stage.phases(["prepare"]);
    stage.github.inject({ on: STATUS, times: 50, failure: { kind: "refuse", status: 503 } });
    await stage.job("deploy");
    const states = () => stage.deployments[0]?.statuses.map(({ state }) => state) ?? [];
    const before = states();
    expect(before).not.toContain("inactive");
    stage.github.clearFaults();
    await stage.job("report");
    expect(states().slice(before.length)).toEqual(["failure", "inactive"]);
    await stage.job("report");
    expect(states()).toHaveLength(before.length + 2);
  });
});

describe("a job that is cancelled", () => {
  scenario("ends before the second signal, says so everywhere, and is resumed by a re-run", async (stage) => {
    stage.plan({ install: "[ -e hurry ] || { touch begun; trap '' INT TERM; sleep 300; }" });
    const { child, job } = stage.start("run");
    await until("a step", () => stage.desk.bench.list(".").includes("begun"), 60_000);
    expect(await cancelAsARunner(child, job)).toBe("SIGINT");
    const cancelled = await job;
    expectTruth(stage, cancelled, { outcome: "interrupted", issue: "none", requests: 8 });
    expect(await stage.post(cancelled)).toMatchObject({ code: 0, stdout: "" });

    stage.desk.bench.write("hurry", "");
    const done = await stage.job("run", { attempt: 2 });
    expectTruth(stage, done, { outcome: "succeeded", issue: "none", requests: 18 });
    const states = stage.deployments[0]?.statuses.map(({ state }) => state);
    expect(states?.slice(-4)).toEqual(["error", "in_progress", "in_progress", "success"]);
  });
});
