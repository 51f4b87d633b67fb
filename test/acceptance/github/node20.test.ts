import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { until } from "../workbench.ts";
import { type Stage, scenario } from "./stage.ts";
import { expectTruth } from "./truth.ts";

const APPROVED = "approvals: [{ environment: production, from: [rita] }]";

/** The oldest runtime that is supported, where the machine has it beside that of the tests. */
function findNode20(): string | null {
  const folders = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => !/node_modules/.test(folder));
  const files = [...folders, "/usr/bin", "/usr/local/bin"].map((folder) => path.join(folder, "node"));
  const isIt = (file: string) =>
    existsSync(file) && /^v20\./.test(execFileSync(file, ["--version"], { encoding: "utf8" }));
  return files.find(isIt) ?? null;
}

const node = findNode20();
const withNode20 = (stage: Stage) => Object.assign(stage, { node });

describe.runIf(node !== null)("the same bundle under Node 20", () => {
  scenario("takes a change from its gate to its report", async (stage) => {
    withNode20(stage).plan({ more: APPROVED }).approve();
    const job = await stage.phases(["validate", "gate", "prepare", "deploy", "verify", "report"]);
    expect(job).toMatchObject({ code: 0, outputs: { outcome: "succeeded" } });
    expectTruth(stage, stage.jobs[4]!, { outcome: "succeeded", issue: "none", requests: 14 });
    expect(stage.versions).toEqual(["2.0"]);
  });

  scenario("rolls back with one issue, through answers with 502", async (stage) => {
    withNode20(stage).plan({ install: '[ "$TARGET_NAME" != t002 ]' });
    const failure = { kind: "do-then-fail", status: 502 } as const;
    stage.github.inject({ on: "POST /repos/{owner}/{repo}/issues", times: 1, failure });
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 25 });
  });

  scenario("refuses at the gate", async (stage) => {
    withNode20(stage)
      .plan({ more: APPROVED })
      .approve({ run: { approvals: [] } });
    const job = await stage.job("gate");
    expect(job).toMatchObject({
      code: 1,
      outputs: { outcome: "rejected", "reason-code": "approval-missing" },
    });
    expect(stage.steps).toEqual([]);
  });

  scenario("ends in order when it is cancelled, and its post step has nothing to add", async (stage) => {
    withNode20(stage).plan({ install: "touch begun; sleep 300" });
    const { child, job } = stage.start("run");
    await until("a step", () => stage.desk.bench.list(".").includes("begun"), 60_000);
    child.kill("SIGINT");
    const cancelled = await job;
    expectTruth(stage, cancelled, { outcome: "interrupted", issue: "none", requests: 8 });
    expect(await stage.post(cancelled)).toMatchObject({ code: 0, stdout: "" });
  });
});

it.runIf(node === null)("SKIPPED: no Node 20 is on this machine beside the tests' own", () => {
  expect(node).toBeNull();
});
