import { existsSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { names, writePlan } from "./plan.ts";
import { ACT, Stage } from "./stage.ts";

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(async () => {
  expect(await stage.close()).toEqual([]);
});

const versions = () => new Set(names.map((name) => stage.read(`v/${name}`).trim()));
const GREEN = { Validate: "success", Gate: "success", Deploy: "success", Report: "success" };
const refs = () =>
  stage.git(stage.at("remote.git"), "for-each-ref", "--format=%(refname)").trim().split("\n");
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);
const isHere = existsSync(ACT);

describe.skipIf(!isHere)("the other templates, run by act (scripts/install-act brings it)", () => {
  it("deploy-with-own-jobs: the same jobs, with a secret of several lines for the plan", async () => {
    const key = "-----BEGIN KEY-----\nfirst=line==\n-----END KEY-----";
    writePlan(stage, { install: `printf %s "$DEPLOY_KEY" > ${stage.at("key")}; echo "$DEPLOY_KEY"` });
    const { jobs, log } = await stage.run("deploy-with-own-jobs", { secrets: { DEPLOY_KEY: key } });
    expect(jobs, log).toEqual(GREEN);
    expect(stage.read("key")).toBe(key);
    expect(log.replace(/^.*add-mask.*$/gm, "")).not.toContain("first=line");
    expect(versions()).toEqual(new Set(["v2.0"]));
  });

  it("emergency-patch: the plan and the version that were named by hand", async () => {
    writePlan(stage, { place: "changes/urgent.yml" });
    const inputs = { plan: "changes/urgent.yml", version: "2.0.1" };
    const { jobs, log } = await stage.run("emergency-patch", { event: "workflow_dispatch", inputs });
    expect(jobs, log).toEqual(GREEN);
    expect(versions()).toEqual(new Set(["2.0.1"]));
  });

  it("roll-back: a finished change goes back by its id, in a later run", async () => {
    writePlan(stage);
    await stage.run("deploy-on-tag");
    const inputs = { "change-id": "CHG-9", repaired: "false", restore: "" };
    const asked = { event: "workflow_dispatch", run: "4712", inputs };
    const { code, jobs, log } = await stage.run("roll-back", asked);
    expect(jobs, log).toEqual({ "Roll back": "success" });
    expect(code).toBe(0);
    expect(versions()).toEqual(new Set(["1.0"]));
    expect(stage.read("artifacts/change-report-CHG-9-rollback-1")).toContain("6 rolled back");
  });

  it("scheduled-changes: claims what is due and starts it once, and nothing in a second look", async () => {
    const open = `schedule: { timezone: UTC, windows: [{ from: ${inDays(-1)}, to: ${inDays(3)} }] }`;
    const later = `schedule: { timezone: UTC, windows: [{ from: ${inDays(2)}, to: ${inDays(3)} }] }`;
    writePlan(stage, { place: "changes/now.yml", more: open });
    writePlan(stage, { place: "changes/later.yml", id: "CHG-10", more: later });
    const first = await stage.run("scheduled-changes", { event: "schedule", ref: "refs/heads/main" });
    expect(first.jobs["Find what is due"], first.log).toBe("success");
    expect(Object.keys(first.jobs)).toContain("Validate");
    expect(refs()).toContain("refs/change-deploy/production/started/CHG-9");
    expect(refs().filter((ref) => ref.includes("CHG-10"))).toEqual([]);

    const second = await stage.run("scheduled-changes", { event: "schedule", run: "4712" });
    expect(second.jobs, second.log).toEqual({ "Find what is due": "success" });
  });

  it("validate-plans: green for the plans of a pull request, and red once one of them is wrong", async () => {
    const asked = { event: "pull_request", ref: "refs/pull/1/merge" };
    writePlan(stage);
    const right = await stage.run("validate-plans", asked);
    expect(right.jobs, right.log).toEqual({ Validate: "success" });
    stage.write("shop/changes/wrong.yml", "change-plan: 1\nchange: { id: A, titel: B }\n");
    stage.commit();
    const wrong = await stage.run("validate-plans", asked);
    expect(wrong.jobs, wrong.log).toEqual({ Validate: "failure" });
    expect(wrong.log).toContain("titel");
  });
});
