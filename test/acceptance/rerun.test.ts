import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Desk, type Inputs, type Job, TOKEN } from "./job.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(async () => {
  expect(await desk.close()).toEqual({ violations: [], left: [] });
});

const GIVEN = { phase: "run", plan: "plan.yml", environment: "production", version: "2.0", token: TOKEN };
const names = ["t01", "t02", "t03"];
const versions = () => names.map((name) => desk.bench.read(`v/${name}`).trim());
const steps = () => desk.bench.read("log").trim().split("\n").filter(Boolean);
const issues = () => desk.github.state.repository.issues.map(({ state }) => state);

/** Commands and files at one place on the disk, so that every checkout finds the same targets. */
function writePlan({ install = ":", undo = ":", before = "" } = {}): void {
  const at = desk.bench.folder;
  desk.bench.write(
    "plan.yml",
    `
change-plan: 1
change: { id: CHG-9, title: Again }
targets: { hosts: [{ name: "t[01:03]" }], version: 'cat "${at}/v/$TARGET_NAME"' }
strategy: { rolling: { batches: [1], max-unavailable: 3 } }
apply:${before}
  each:
    - name: Install
      run: |
        cd ${at}; echo "$TARGET_NAME run" >> log
        ${install}
        echo "$CHANGE_VERSION" > "v/$TARGET_NAME"
      undo: |
        cd ${at}; echo "$TARGET_NAME undo" >> log
        ${undo}
        echo "$PREVIOUS_VERSION" > "v/$TARGET_NAME"
health: { every: 50ms, pass: 1, stable: 0s, deadline: 5s, checks: [{ name: alive, on: runner, run: 'test -s "${at}/v/$TARGET_NAME"' }] }
`,
  );
  desk.bench.write(".gitignore", "v/\nlog\nmended\nremote/\nclone-*/\n.change-deploy/\n");
  desk.bench.commit();
  desk.bench.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
  for (const name of names) desk.bench.write(`v/${name}`, "1.0\n");
}

/** A job on a machine of its own: a fresh checkout of the commit, and nothing else of earlier ones. */
function start(attempt: number, inputs: Inputs = {}): Promise<Job> {
  const clone = `clone-${attempt}`;
  desk.bench.git("clone", "--quiet", "--branch", "main", "remote", clone);
  const env = { GITHUB_WORKSPACE: path.join(desk.bench.folder, clone) };
  return desk.start({ ...GIVEN, ...inputs }, { attempt, env }).job;
}

const mended = () => `test -e ${path.join(desk.bench.folder, "mended")}`;

describe("a re-run on a new and empty machine", () => {
  it("of what has succeeded says so and does nothing, in every phase that could", async () => {
    writePlan();
    expect((await start(1)).outputs.outcome).toBe("succeeded");
    for (const [index, phase] of ["prepare", "deploy", "verify", "run"].entries()) {
      const again = await start(index + 2, { phase });
      expect(again, again.stdout).toMatchObject({ code: 0, outputs: { outcome: "succeeded" } });
      expect(again.stdout).toContain("It has succeeded already.");
    }
    expect(steps()).toHaveLength(3);
    expect(issues()).toEqual([]);
  });

  it("of what was rolled back starts a new attempt, from the first batch", async () => {
    writePlan({ install: `test "$TARGET_NAME" != t02 || ${mended()}` });
    expect((await start(1)).outputs.outcome).toBe("rolled-back");
    expect(versions()).toEqual(["1.0", "1.0", "1.0"]);
    desk.bench.write("mended", "");
    const again = await start(2);
    expect(again.outputs.outcome, again.stdout).toBe("succeeded");
    expect(JSON.parse(again.outputs.result ?? "")).toMatchObject({ attempt: 2 });
    expect(steps().slice(-3)).toEqual(["t01 run", "t02 run", "t03 run"]);
    expect(issues()).toEqual(["closed"]);
  });

  it("of an incomplete rollback retries the rollback, and that alone", async () => {
    writePlan({ install: 'test "$TARGET_NAME" != t02', undo: `test "$TARGET_NAME" != t01 || ${mended()}` });
    const first = await start(1);
    expect(first.outputs.outcome, first.stdout).toBe("rollback-incomplete");
    expect(versions()).toEqual(["2.0", "1.0", "1.0"]);
    const runs = () => steps().filter((step) => step.endsWith(" run"));
    const before = runs();

    const still = await start(2);
    expect(still.outputs.outcome, still.stdout).toBe("rollback-incomplete");
    desk.bench.write("mended", "");
    const again = await start(3);
    expect(again.outputs.outcome, again.stdout).toBe("rolled-back");
    expect(again.code).toBe(1);
    expect(versions()).toEqual(["1.0", "1.0", "1.0"]);
    expect(runs()).toEqual(before);
    expect(issues()).toEqual(["open"]);
  });

  it("of an incomplete rollback that was mended by hand verifies it, and undoes no more", async () => {
    writePlan({ install: 'test "$TARGET_NAME" != t02', undo: 'test "$TARGET_NAME" != t01' });
    expect((await start(1)).outputs.outcome).toBe("rollback-incomplete");
    desk.bench.write("v/t01", "1.0\n");
    const before = steps();
    const vouched = await start(2, { phase: "rollback", repaired: "true", "change-id": "CHG-9" });
    expect(vouched.outputs.outcome, vouched.stdout).toBe("rolled-back");
    expect(steps()).toEqual(before);
  });

  it("with another version or plan than an unfinished change was started with is refused", async () => {
    writePlan({ install: 'test "$TARGET_NAME" != t02', undo: 'test "$TARGET_NAME" != t01' });
    expect((await start(1)).outputs.outcome).toBe("rollback-incomplete");
    const other = await start(2, { version: "3.0" });
    expect(other.outputs).toMatchObject({ outcome: "rejected", "reason-code": "change-mismatch" });
  });

  it("of the report tells the same again, and acts on nothing", async () => {
    writePlan({ install: 'test "$TARGET_NAME" != t02' });
    const first = await start(1);
    const before = steps();
    for (const attempt of [2, 3]) {
      const { code, outputs } = await start(attempt, { phase: "report", "change-id": "CHG-9" });
      expect(code).toBe(0);
      for (const name of ["outcome", "reason-code", "digest", "issue-url", "journal-ref"])
        expect(outputs[name]).toBe(first.outputs[name]);
    }
    expect(steps()).toEqual(before);
    expect(issues()).toEqual(["open"]);
  });
});
