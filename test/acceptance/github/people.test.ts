import { describe, expect } from "vitest";
import type { Job } from "../job.ts";
import { until } from "../workbench.ts";
import { askingPlan } from "./plan.ts";
import { type Stage, scenario } from "./stage.ts";
import { expectTruth } from "./truth.ts";

/** Deploys until a warning asks, says something, and waits for the end. */
async function answer(stage: Stage, say: () => unknown): Promise<Job> {
  stage.plan(askingPlan(stage.at));
  const { job } = stage.start("run");
  await stage.asked();
  await say();
  return job;
}

/** Every look at the comments that finds nothing new costs nothing of the quota. */
const requests = 30;
const replies = (stage: Stage) =>
  stage.issues[0]?.comments.filter(({ author }) => author.endsWith("[bot]")).map(({ body }) => body) ?? [];

describe("a warning asks on the issue, and a comment answers", () => {
  scenario("/continue, by an engineer: the change goes on and closes the issue", async (stage) => {
    const job = await answer(stage, () => stage.comment("otto", "/continue"));
    expectTruth(stage, job, { outcome: "succeeded", issue: "closed", requests });
    expect(stage.versions).toEqual(["2.0"]);
    expect(stage.journal()).toContain("otto");
  });

  scenario("/rollback, by the manager", async (stage) => {
    const job = await answer(stage, () => stage.comment("mona", "/rollback"));
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests });
    expect(stage.versions).toEqual(["1.0"]);
    expect(stage.issues[0]?.body).toContain("mona");
  });

  scenario("/hold, and a re-run goes on from there", async (stage) => {
    const job = await answer(stage, () => stage.comment("otto", "/hold"));
    expectTruth(stage, job, { outcome: "held", reason: "on-hold", issue: "open", requests });
    stage.desk.bench.write("ms", "10\n");
    const before = stage.steps.length;
    const { job: again } = stage.start("run", { attempt: 2, machine: "another" });
    const ended = await again;
    expectTruth(stage, ended, { outcome: "succeeded", issue: "closed", requests: requests + 15 });
    expect(stage.steps.length).toBe(before + 1);
  });

  scenario("/abort, by the manager: it stops, and the journal says so", async (stage) => {
    const job = await answer(stage, () => stage.comment("mona", "/abort"));
    expectTruth(stage, job, { outcome: "interrupted", issue: "open", requests });
    expect(job.stdout).toContain("mona");
  });

  scenario(
    "by somebody who may not, by an edit, and by a word that is no command: refused once each",
    async (stage) => {
      const job = await answer(stage, async () => {
        stage.comment("stranger", "/rollback");
        stage.comment("mona", "/rollback", { edited: true });
        stage.comment("otto", "/rollback now please");
        stage.comment("otto", "What is going on? /continue");
        await until("three answers", () => replies(stage).length >= 3, 60_000);
        stage.comment("otto", "/continue");
        stage.comment("otto", "/continue");
      });
      expectTruth(stage, job, { outcome: "succeeded", issue: "closed", requests: requests + 5 });
      expect(replies(stage).filter((body) => body.includes("reply to"))).toHaveLength(3);
      expect(stage.journal()).not.toContain("stranger");
    },
  );
});

describe("a warning that nobody answers", () => {
  scenario("is rolled back when the plan says so", async (stage) => {
    stage.plan(askingPlan(stage.at, "1s"));
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests });
    expect(stage.issues[0]?.body).toMatch(/[Nn]obody|no answer/);
  });

  scenario("goes on when the plan says so", async (stage) => {
    stage.plan(askingPlan(stage.at, "1s", "continue"));
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "succeeded", issue: "closed", requests });
  });

  scenario(
    "holds when the plan says so, and /rollback of an old comment is not obeyed later",
    async (stage) => {
      stage.plan(askingPlan(stage.at, "1s", "hold"));
      const job = await stage.job("run");
      expectTruth(stage, job, { outcome: "held", reason: "on-hold", issue: "open", requests });
    },
  );
});
