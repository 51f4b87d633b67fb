import { describe, expect } from "vitest";
import { until } from "../workbench.ts";
import { receiver } from "./receiver.ts";
import { type Stage, scenario } from "./stage.ts";
import { expectTruth } from "./truth.ts";

const NOTIFY = "notify: { to: [{ webhook: env:HOOK }] }";

/** The address is a secret: the stage looks for it in every place. */
function listen(stage: Stage, url: string): void {
  stage.env.HOOK = url;
  stage.secrets.push(url, "s3cr3t-hook");
}

describe("the plan's destinations", () => {
  scenario("hear of each phase in order, and of the success last", async (stage) => {
    const hook = await receiver();
    listen(stage, hook.url);
    stage.plan({ more: `${NOTIFY}\nverify: [{ name: Log in, run: 'true' }]` });
    const job = await stage.phases(["prepare", "deploy", "verify"]);
    hook.close();
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 9 });
    const titles = hook.told.map(({ title }) => title.replace(/^\[production\] CHG-5 (.*): Files.*$/, "$1"));
    expect(titles[0]).toBe("is about to start");
    expect(titles.filter((title) => title.startsWith("passed batch"))).toHaveLength(3);
    expect(titles.slice(-3)).toEqual(["is deployed", "is verified", "succeeded"]);
    expect(hook.told.at(-1)?.level).toBe("success");
    expect(new Set(hook.told.map(({ level }) => level))).toEqual(new Set(["info", "success"]));
  });

  scenario("hear of the trigger as critical, and of what is owed at the end", async (stage) => {
    const hook = await receiver();
    listen(stage, hook.url);
    stage.plan({ install: '[ "$TARGET_NAME" != t002 ] || exit 9', more: NOTIFY });
    const job = await stage.job("run");
    hook.close();
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 14 });
    const critical = hook.told.filter(({ level }) => level === "critical");
    expect(critical[0]?.title).toContain("is being rolled back");
    expect(hook.told.at(-1)?.title).toContain("was rolled back");
  });

  scenario("that are told before the start have the time that the plan gives them", async (stage) => {
    const hook = await receiver();
    listen(stage, hook.url);
    stage.plan({ more: "notify: { before: 1s, to: [{ webhook: env:HOOK }] }" });
    const job = await stage.job("run");
    hook.close();
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 8 });
    expect(hook.told.filter(({ title }) => title.includes("starts in 1 s"))).toHaveLength(1);
  });

  scenario("hear of a cancelled job, too", async (stage) => {
    const hook = await receiver();
    listen(stage, hook.url);
    stage.plan({ install: "touch begun; sleep 300", more: NOTIFY });
    const { child, job } = stage.start("run");
    await until("a step", () => stage.desk.bench.list(".").includes("begun"), 60_000);
    child.kill("SIGINT");
    const cancelled = await job;
    hook.close();
    expectTruth(stage, cancelled, { outcome: "interrupted", issue: "none", requests: 8 });
    expect(hook.told.at(-1)?.title).toContain("was interrupted");
  });

  scenario("that are down stop nothing, and the journal names them without their address", async (stage) => {
    const hook = await receiver(500);
    listen(stage, hook.url);
    stage.plan({ more: NOTIFY, targets: 1 });
    const job = await stage.job("run");
    hook.close();
    expectTruth(stage, job, { outcome: "succeeded", issue: "none", requests: 8 });
    expect(stage.journal()).toContain("HOOK");
    expect(stage.versions).toEqual(["2.0"]);
  });

  scenario("that are nowhere to be found, too", async (stage) => {
    stage.plan({ more: NOTIFY });
    const job = await stage.job("run");
    expect(job.code, job.stdout).toBe(1);
    expect(job.stdout).toContain("HOOK");
    expect(stage.steps).toEqual([]);
  });
});
