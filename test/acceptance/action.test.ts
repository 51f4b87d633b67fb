import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FakeGitHub } from "../fakes/github/server.ts";
import { Desk, type Inputs, TOKEN } from "./job.ts";
import { localPlan, targetNames } from "./plans.ts";
import { strays, until, type Workbench } from "./workbench.ts";

let desk: Desk;
let bench: Workbench;
let github: FakeGitHub;
beforeEach(async () => {
  desk = await Desk.open();
  ({ bench, github } = desk);
});
afterEach(async () => {
  expect(await desk.close()).toEqual({ violations: [], left: [] });
});

const names = targetNames(6);
const versions = () => new Set(names.map((name) => bench.read(`v/${name}`).trim()));

const GIVEN = { phase: "run", plan: "plan.yml", environment: "production", version: "2.0", token: TOKEN };
const start = (inputs: Inputs, attempt = 1, run = "4711") =>
  desk.start({ ...GIVEN, ...inputs }, { attempt, run });

function prepare(options: Parameters<typeof localPlan>[0] = {}): void {
  bench.write("plan.yml", localPlan({ targets: 6, batches: "[1, 2]", ...options }));
  bench.write(".gitignore", "v/\nlog\nremote/\n.change-deploy/\n");
  bench.commit();
  for (const name of names) bench.write(`v/${name}`, "1.0\n");
}

const BREAKS = { install: 'test "$TARGET_NAME" != t05 || exit 9' };
const issues = () => github.state.repository.issues;

describe("the bundle as the runner runs it", () => {
  it("updates every target: green, with its outputs, a summary, a journal at the remote and no issue", async () => {
    prepare();
    const job = await start({}).job;
    expect(job.code, job.stdout).toBe(0);
    expect(versions()).toEqual(new Set(["2.0"]));
    expect(job.outputs).toMatchObject({
      outcome: "succeeded",
      "change-id": "CHG-7",
      environment: "production",
    });
    expect(JSON.parse(job.outputs.result ?? "")).toMatchObject({ version: 1, outcome: "succeeded" });
    expect(job.summary).toContain("6 updated");
    expect(bench.git("ls-remote", "origin")).toContain(job.outputs["journal-ref"]);
    expect(issues()).toEqual([]);
  });

  it("opens one issue after a rollback, and updates that one on a re-run", async () => {
    prepare(BREAKS);
    const first = await start({}).job;
    expect(first.code).toBe(1);
    expect(first.outputs.outcome).toBe("rolled-back");
    expect(versions()).toEqual(new Set(["1.0"]));
    expect(issues()).toHaveLength(1);
    expect(first.outputs["issue-url"]).toMatch(new RegExp(`/issues/${issues()[0]?.number}$`));

    const second = await start({}, 2).job;
    expect(second.outputs.outcome).toBe("rolled-back");
    expect(issues()).toHaveLength(1);
    expect(issues()[0]?.body).toMatch(/Attempt.*2/);
    const comments = issues()[0]?.comments.map(({ body }) => body) ?? [];
    expect(comments).toEqual([expect.stringContaining("is being rolled back")]);
  });

  it("closes the issue when a newer attempt succeeds", async () => {
    prepare(BREAKS);
    await start({}).job;
    bench.write("plan.yml", localPlan({ targets: 6, batches: "[1, 2]" }));
    bench.commit();
    const job = await start({}, 2).job;
    expect(job.outputs.outcome, job.stdout).toBe("succeeded");
    expect(issues().map(({ state }) => state)).toEqual(["closed"]);
  });

  it("rolls back, with its result, though GitHub refuses everything", async () => {
    prepare(BREAKS);
    const failure = { kind: "refuse", status: 403 } as const;
    github.inject({ on: "GET /repos/{owner}/{repo}/issues", times: 100, failure });
    const job = await start({}).job;
    expect(job.outputs.outcome).toBe("rolled-back");
    expect(job.stdout).toContain("The outcome was not reported");
    expect(versions()).toEqual(new Set(["1.0"]));
  });

  it("does not put an old version over a newer one when an old job is re-run", async () => {
    prepare();
    await start({}).job;
    await start({ version: "3.0" }, 1, "4712").job;
    const again = await start({}, 2).job;
    expect(again.outputs).toMatchObject({ "reason-code": "change-overtaken" });
    expect(again.outputs).not.toHaveProperty("outcome");
    expect(versions()).toEqual(new Set(["3.0"]));
  });

  it("may be overtaken between its steps, while it has touched nothing: then it ends, and undoes nothing", async () => {
    bench.write("later.yml", localPlan({ targets: 6, batches: "[1, 2]" }).replace("CHG-7", "CHG-8"));
    prepare();
    expect((await start({ phase: "prepare" }).job).code).toBe(0);
    const later = await start({ plan: "later.yml", version: "3.0" }, 1, "4712").job;
    expect(later.code, later.stdout).toBe(0);
    const deploy = await start({ phase: "deploy" }).job;
    expect(deploy.code, deploy.stdout).toBe(1);
    expect(deploy.outputs).toMatchObject({ "reason-code": "change-overtaken" });
    const rescue = await start({ phase: "rollback", rescue: "true", "change-id": "CHG-7" }).job;
    expect(rescue.code, rescue.stdout).toBe(0);
    expect(rescue.outputs.outcome).toBe("rolled-back");
    expect(versions()).toEqual(new Set(["3.0"]));

    const again = await start({}, 2).job;
    expect(again.outputs).toMatchObject({ "reason-code": "change-overtaken" });
    const anew = await start({}, 1, "4713").job;
    expect(anew.code, anew.stdout).toBe(0);
    expect(versions()).toEqual(new Set(["2.0"]));
  });

  it("never shows its token", async () => {
    prepare({ install: "cat leak; env" });
    bench.write("leak", `it is ${TOKEN}, and ${Buffer.from(TOKEN).toString("base64")}\n`);
    const job = await start({}).job;
    expect(job.code, job.stdout).toBe(0);
    expect(job.stdout).toContain("it is ***");
    const shown =
      job.stdout.replace(/^::add-mask::.*$/gm, "") + job.stderr + job.summary + JSON.stringify(job.outputs);
    expect(shown).not.toContain(TOKEN);
    expect(bench.git("log", "-p", "--all")).not.toContain(TOKEN);
  });
});

describe("a cancelled job", () => {
  it("stops in order; the rescue job puts back what it left", async () => {
    prepare({ stepSeconds: 0.3 });
    const { child, job } = start({ phase: "deploy" });
    await until("a target to be changed", () => bench.read("log").includes("t01 install"));
    child.kill("SIGINT");
    const cancelled = await job;
    expect(cancelled.outputs.outcome).toBe("interrupted");
    expect(cancelled.code).toBe(1);
    expect(strays(bench.folder)).toEqual([]);

    const rescue = await start({ phase: "rollback" }, 2).job;
    expect(rescue.outputs.outcome, rescue.stdout).toBe("rolled-back");
    expect(versions()).toEqual(new Set(["1.0"]));
  });
});

describe("the other phases", () => {
  it("validate: the digest and nothing touched; the run then has the same digest", async () => {
    prepare();
    const job = await start({ phase: "validate" }).job;
    expect(job.code).toBe(0);
    expect(versions()).toEqual(new Set(["1.0"]));
    expect((await start({}, 2).job).outputs.digest).toBe(job.outputs.digest);
  });

  it("validate: a wrong plan is red, with the problem at its line", async () => {
    prepare();
    bench.write("plan.yml", "change-plan: 1\nchange: { id: A, titel: B }\n");
    const job = await start({ phase: "validate" }).job;
    expect(job.code).toBe(1);
    expect(job.stdout).toMatch(/^::error .*file=plan\.yml,line=2/m);
    expect(job.summary).toContain("titel");
  });

  it("validate: several plans in one step, each with its account, and red for one of them", async () => {
    prepare();
    bench.write("wrong.yml", "change-plan: 1\nchange: { id: A, titel: B }\n");
    bench.write("other.yml", bench.read("plan.yml").replace("CHG-7", "CHG-8"));
    const job = await start({ phase: "validate", plan: "plan.yml\nwrong.yml\nother.yml" }).job;
    expect(job.code).toBe(1);
    expect(job.stdout).toMatch(/^::error .*file=wrong\.yml,line=2/m);
    expect(["CHG-7", "titel", "CHG-8"].filter((text) => !job.summary.includes(text))).toEqual([]);
    expect(job.outputs).toEqual({});
    expect((await start({ phase: "validate", plan: "plan.yml\nother.yml" }, 2).job).code).toBe(0);
  });

  it("rollback: a finished change goes back, by hand and green", async () => {
    prepare();
    await start({}).job;
    const job = await start({ phase: "rollback" }, 1, "4712").job;
    expect(job.code, job.stdout).toBe(0);
    expect(job.outputs.outcome).toBe("rolled-back");
    expect(versions()).toEqual(new Set(["1.0"]));
    expect(issues()).toHaveLength(1);
  });

  it("rollback: leaves alone what succeeded in the same run, though its job died afterwards", async () => {
    prepare();
    await start({}).job;
    const job = await start({ phase: "rollback" }, 2).job;
    expect(job.outputs.outcome, job.stdout).toBe("succeeded");
    expect(versions()).toEqual(new Set(["2.0"]));
  });

  it("rollback: a plan that cannot be read leads to no other change", async () => {
    prepare();
    await start({}).job;
    bench.write("plan.yml", "change-plan: 1\n");
    const job = await start({ phase: "rollback" }, 1, "4712").job;
    expect(job.code).toBe(1);
    expect(job.outputs["reason-code"]).toBe("plan-invalid");
    expect(versions()).toEqual(new Set(["2.0"]));
  });

  it("report: the outcome again, from the journal alone", async () => {
    prepare(BREAKS);
    const first = await start({}).job;
    github.state.repository.issues.length = 0;
    const job = await start({ phase: "report" }, 2).job;
    expect(job.code, job.stdout).toBe(0);
    expect(job.outputs).toMatchObject({ outcome: "rolled-back", digest: first.outputs.digest });
    expect(issues()).toHaveLength(1);
  });

  it.each(["run", "deploy", "rollback", "report", "due"])(
    "%s: does not run for a pull request from a fork",
    async (phase) => {
      prepare();
      const event = {
        repository: { full_name: "octo-org/shop" },
        pull_request: { head: { repo: { full_name: "stranger/shop" } } },
      };
      const file = bench.write("event.json", JSON.stringify(event));
      const env = { GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: file };
      const job = await desk.start({ ...GIVEN, phase }, { env }).job;
      expect(job, job.stdout).toMatchObject({ code: 1, outputs: { "reason-code": "run-refused" } });
      expect(github.requests).toEqual([]);
      expect(bench.git("ls-remote", "origin")).toBe("");
    },
  );

  it("refuses an input that it does not have", async () => {
    prepare();
    const job = await start({ enviroment: "production" }).job;
    expect(job.code).toBe(1);
    expect(job.stdout).toMatch(/enviroment.*environment/);
  });
});
