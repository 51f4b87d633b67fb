import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { until } from "../acceptance/workbench.ts";
import { names, writePlan } from "./plan.ts";
import { ACT, type Ran, Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  expect(await stage.close()).toEqual([]);
});

const versions = () => names.map((name) => stage.read(`v/${name}`).trim());
const ALL = (version: string) => names.map(() => version);
const started = () => stage.read("started").trim().split("\n").filter(Boolean);
const issues = () => stage.github.state.repository.issues.map(({ state }) => state);
const REF = "refs/change-deploy/production/changes/CHG-9";
const journal = () => stage.git(stage.at("remote.git"), "log", "--format=%B", REF);
const GREEN = { Validate: "success", Gate: "success", Deploy: "success", Report: "success" };
const RESCUED = {
  ...GREEN,
  Deploy: "failure",
  "Roll back what a dead job left": "success",
};

/** Works for minutes with a child of its own, unless `hurry` is there. */
const long = () => `if [ ! -e ${stage.at("hurry")} ]; then sleep 300 & sleep 300; fi`;
const isDeploying = () => started().length === 2;
/** Two of each step: from then on its shell starts nothing more. */
const areLong = () => stage.processes().filter(({ command }) => command.startsWith("sleep\0")).length === 4;

/** The worker dies with all that it has started, as when its machine is lost. */
async function killTheWorker(template: string): Promise<Ran> {
  const { ran } = stage.start(template);
  await until("two steps", () => isDeploying() && areLong(), 60_000);
  for (const { pid, command } of stage.processes()) {
    if (/dist\/index\.js|sleep/.test(command)) process.kill(pid, "SIGKILL");
  }
  return ran;
}

describe.skipIf(!existsSync(ACT))("the reusable workflow, run by act (scripts/install-act brings it)", () => {
  it("takes a change through its jobs, keeps the report as evidence, and does nothing on a re-run", async () => {
    writePlan(stage);
    const first = await stage.run("deploy-on-tag");
    expect(first.jobs, first.log).toEqual(GREEN);
    expect(first.code).toBe(0);
    expect(versions()).toEqual(ALL("v2.0"));
    expect(journal()).toContain("succeeded");
    expect(stage.read("artifacts/change-report-CHG-9-1")).toContain("6 updated");

    const flushes = journal();
    const again = await stage.run("deploy-on-tag", { attempt: 2 });
    expect(again.jobs, again.log).toEqual(GREEN);
    expect(again.log).toContain("It has succeeded already.");
    expect(started()).toHaveLength(6);
    expect(journal()).toBe(flushes);
    expect(issues()).toEqual([]);
  });

  it("rolls back, with one issue, which a re-run brings up to date and a success closes", async () => {
    writePlan(stage, { install: `test "$TARGET_NAME" != t05 || test -e ${stage.at("mended")}` });
    const first = await stage.run("deploy-on-tag");
    expect(first.jobs, first.log).toEqual(RESCUED);
    expect(first.code).toBe(1);
    expect(first.log).toContain("This run has left nothing unfinished.");
    expect(versions()).toEqual(ALL("1.0"));
    expect(issues()).toEqual(["open"]);

    const second = await stage.run("deploy-on-tag", { attempt: 2 });
    expect(second.jobs, second.log).toEqual(RESCUED);
    expect(issues()).toEqual(["open"]);
    expect(stage.github.state.repository.issues[0]?.body).toMatch(/Attempt.*2/);

    stage.write("mended", "");
    const third = await stage.run("deploy-on-tag", { attempt: 3 });
    expect(third.jobs, third.log).toEqual(GREEN);
    expect(versions()).toEqual(ALL("v2.0"));
    expect(issues()).toEqual(["closed"]);
  });

  it("puts back what a worker has left that was killed, and starts again from the first batch on a re-run", async () => {
    writePlan(stage, { install: long() });
    const killed = await killTheWorker("deploy-on-tag");
    expect(killed.jobs, killed.log).toEqual(RESCUED);
    expect(killed.code).toBe(1);
    expect(versions()).toEqual(ALL("1.0"));
    expect(journal()).toContain("Finished: rolled back (verified)");
    expect(issues()).toEqual(["open"]);

    stage.write("hurry", "");
    const again = await stage.run("deploy-on-tag", { attempt: 2 });
    expect(again.jobs, again.log).toEqual(GREEN);
    expect(versions()).toEqual(ALL("v2.0"));
    expect(issues()).toEqual(["closed"]);
  });

  it("ends in order when it is cancelled, with nothing left running and the journal saying so", async () => {
    writePlan(stage, { install: long() });
    const { child, ran } = stage.start("deploy-on-tag");
    await until("two steps", isDeploying, 60_000);
    for (const { pid, command } of stage.processes()) {
      if (/dist\/index\.js/.test(command)) process.kill(pid, "SIGINT");
    }
    const cancelled = await ran;
    expect(child.exitCode).toBe(1);
    expect(cancelled.jobs, cancelled.log).toEqual(RESCUED);
    expect(started()).toHaveLength(2);
    expect(stage.processes()).toEqual([]);
    expect(versions()).toEqual(ALL("1.0"));
    expect(journal()).toMatch(/interrupted/i);
    expect(issues()).toEqual(["open"]);
  });
});
