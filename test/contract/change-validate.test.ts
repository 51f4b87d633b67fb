import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadWorkflow } from "./workflows.ts";

const { jobs, on } = loadWorkflow(".github/workflows/change-validate.yml");
const steps = jobs.validate?.steps ?? [];
const script = steps.find(({ id }) => id === "changed")?.run ?? "";

describe("change-validate.yml", () => {
  it("reads, and can do nothing else: one permission, no secret, no script with an expression in it", () => {
    const text = readFileSync(".github/workflows/change-validate.yml", "utf8");
    expect(Object.values(jobs).map(({ permissions }) => permissions)).toEqual([{ contents: "read" }]);
    expect(on.workflow_call?.secrets).toBeUndefined();
    expect(text).not.toMatch(/secrets\.|pull_request_target|github\.head_ref/);
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([]);
  });

  it("gives the changed plans to the action, to validate and nothing else", () => {
    expect(steps.at(-1)?.with).toMatchObject({
      phase: "validate",
      plan: "${{ steps.changed.outputs.plans }}",
    });
  });
});

describe("the step that finds the changed plans", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "change-deploy-changed-"));
    git("-c", "init.defaultBranch=main", "init", "--quiet");
    write("changes/old.yml", "old");
    write("changes/deep/other.yaml", "old");
    write("changes/hosts.csv", "old");
    write("src/config.yml", "old");
    commit();
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const git = (...args: string[]) => {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", args, { cwd: folder, env, encoding: "utf8", stdio: "pipe" });
  };
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  const commit = () => {
    git("add", "--all");
    git(
      "-c",
      "user.name=Tester",
      "-c",
      "user.email=t@example.invalid",
      "commit",
      "--quiet",
      "--message",
      "x",
    );
  };

  /** As the runner starts it. */
  function run(base: string, plans = "changes/**") {
    const files = mkdtempSync(path.join(tmpdir(), "change-deploy-runner-"));
    const output = path.join(files, "output");
    const summary = path.join(files, "summary");
    for (const file of [output, summary]) writeFileSync(file, "");
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-c", script], {
      cwd: folder,
      encoding: "utf8",
      env: {
        PATH: process.env.PATH ?? "",
        HOME: files,
        GIT_CONFIG_NOSYSTEM: "1",
        RUNNER_TEMP: files,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        PLANS: plans,
        BASE: base,
      },
    });
    const [, , found] = /^plans<<(\S+)\n([\s\S]*?)\1\n$/.exec(readFileSync(output, "utf8")) ?? [];
    const told = readFileSync(summary, "utf8");
    rmSync(files, { recursive: true, force: true });
    return { status, stderr, plans: found?.split("\n").filter((line) => line !== ""), told };
  }

  it("names the plans that were added or changed, and neither other files nor deleted ones", () => {
    write("changes/new plan.yml", "new");
    write("changes/deep/other.yaml", "new");
    write("changes/hosts.csv", "new");
    write("src/config.yml", "new");
    rmSync(path.join(folder, "changes/old.yml"));
    commit();
    expect(run("HEAD^1")).toMatchObject({
      status: 0,
      plans: ["changes/deep/other.yaml", "changes/new plan.yml"],
      told: "",
    });
  });

  it("says so when none was changed", () => {
    write("src/config.yml", "new");
    commit();
    expect(run("HEAD^1")).toMatchObject({ status: 0, plans: [], told: "No change plan was changed.\n" });
  });

  it.each(["", "0".repeat(40), "--output=stolen"])("takes all plans where there is no base (%j)", (base) => {
    expect(run(base)).toMatchObject({ status: 0, plans: ["changes/deep/other.yaml", "changes/old.yml"] });
  });

  it("takes the glob that it is given", () => {
    expect(run("", "changes/*.yml").plans).toEqual(["changes/old.yml"]);
  });

  it("takes a name for a name, whatever it looks like", () => {
    const name = "changes/$(touch stolen) `id` ::error::x ${{ 1 }} ; --flag.yml";
    write(name, "new");
    commit();
    expect(run("HEAD^1").plans).toEqual([name]);
    expect(git("status", "--porcelain")).toBe("");
  });

  it("refuses a name that would be two, and a link", () => {
    write("changes/one\ntwo.yml", "new");
    commit();
    expect(run("HEAD^1")).toMatchObject({ status: 1, stderr: expect.stringContaining("control character") });
    rmSync(path.join(folder, "changes/one\ntwo.yml"));
    symlinkSync("/etc/passwd", path.join(folder, "changes/link.yml"));
    commit();
    expect(run("HEAD^1")).toMatchObject({ status: 1, stderr: expect.stringContaining("not a plain file") });
  });
});
