import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localPlan } from "./plans.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "change-deploy-rehearse-"));
  writeFileSync(path.join(folder, "plan.yml"), localPlan({ install: "touch touched" }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Where no git is to be found. */
function rehearse(...args: readonly string[]): { code: number; stdout: string; stderr: string } {
  const program = [path.resolve("dist/cli.js"), "rehearse", "plan.yml", "--to", "2.0", ...args];
  const env = { PATH: folder, HOME: folder, NO_COLOR: "1" };
  try {
    const options = { cwd: folder, env, encoding: "utf8" } as const;
    const stdout = execFileSync(process.execPath, program, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    return { code: 0, stdout, stderr: "" };
  } catch (error) {
    const { status, stdout, stderr } = error as { status: number; stdout: string; stderr: string };
    return { code: status, stdout, stderr };
  }
}

describe("rehearse, without git and without touching anything", () => {
  it("prints the time line and how it would end", () => {
    const { code, stdout } = rehearse();
    expect(code).toBe(0);
    expect(stdout).toMatch(/0:00 Attempt 1 started[\s\S]*Batch 2 of 5 passed[\s\S]*Finished: succeeded/);
    expect(stdout).toContain("At worst 5 of 20 targets are unavailable at once; 5 may be.");
    expect(stdout).toContain("Nothing is undone.");
    expect(readdirSync(folder)).toEqual(["plan.yml"]);
  });

  it("prints what would be undone, in which order, and ends as run would have", () => {
    const { code, stdout } = rehearse("--fail", "t04:Install");
    expect(code).toBe(3);
    expect(stdout).toMatch(/What is undone, in this order:\n[\s\S]* {2}t04: Install, Prepare\n/);
    expect(stdout).toContain("Trigger step-failure fired");
  });

  it("is one document for machines", () => {
    const { code, stdout } = rehearse("--fail", "t04", "--json");
    const document = JSON.parse(stdout);
    expect(code).toBe(3);
    expect(document).toMatchObject({ outcome: "rolled-back", reasonCode: "verified", exitCode: 3 });
    expect(Object.keys(document)).toEqual(
      expect.arrayContaining(["timeline", "undone", "batches", "worstUnavailable", "virtualMs"]),
    );
  });

  it("rehearses a window at any time", () => {
    const schedule = "schedule: { timezone: UTC, windows: [{ days: [sat], from: '01:00', to: '23:00' }] }\n";
    writeFileSync(path.join(folder, "plan.yml"), `${localPlan()}${schedule}`);
    expect(rehearse("--at", "2026-11-27T02:00")).toMatchObject({ code: 2 });
    const { code, stdout } = rehearse("--at", "2026-11-28T02:00");
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("as if it began on 2026-11-28 02:00:00 UTC");
  });

  it("refuses names that the plan does not have, with the nearest, before it prints anything", () => {
    const { code, stdout, stderr } = rehearse("--fail", "t4");
    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(/INPUT_INVALID: The plan has no target named `t4`/);
  });

  it("says what is wrong with a plan that is not valid", () => {
    writeFileSync(path.join(folder, "plan.yml"), "change-plan: 1\n");
    const { code, stdout } = rehearse();
    expect(code).toBe(1);
    expect(stdout).toContain("plan.yml:1:");
  });
});
