import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Desk, type Inputs, TOKEN } from "./job.ts";
import { cancelAsARunner, endStrays, until } from "./workbench.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(async () => {
  expect(await desk.close()).toEqual({ violations: [], left: [] });
});

const GIVEN = { phase: "run", plan: "plan.yml", environment: "production", version: "2.0", token: TOKEN };
const RESCUE = { ...GIVEN, phase: "rollback", rescue: "true", "change-id": "CHG-9" };
const start = (inputs: Inputs = {}, attempt = 1) => desk.start({ ...GIVEN, ...inputs }, { attempt });
const read = (name: string) => desk.bench.read(name);

/**
 * Six targets, two at a time. A step notes its start with the time, then works for minutes with children of its
 * own, unless `hurry` is there. Everything is at one place on the disk, so that another checkout finds the same
 * targets.
 */
function writePlan(stubborn = ":"): void {
  const at = desk.bench.folder;
  desk.bench.write(
    "plan.yml",
    `
change-plan: 1
change: { id: CHG-9, title: Long steps }
targets: { hosts: [{ name: "t[01:06]" }], version: 'cat "${at}/v/$TARGET_NAME"' }
strategy: { rolling: { batches: [2], parallel: 2, max-unavailable: 2 } }
apply:
  each:
    - name: Install
      run: |
        echo "$TARGET_NAME $(date +%s%3N)" >> ${at}/started
        echo half > "${at}/v/$TARGET_NAME"
        if [ ! -e ${at}/hurry ]; then
          ${stubborn}
          sh -c 'sleep 300; exit 0' & sleep 300 & sleep 300
        fi
        echo "$CHANGE_VERSION" > "${at}/v/$TARGET_NAME"
      undo: echo "$PREVIOUS_VERSION" > "${at}/v/$TARGET_NAME"
health: { every: 50ms, pass: 1, stable: 0s, deadline: 10s, checks: [{ name: alive, on: runner, run: 'test -s "${at}/v/$TARGET_NAME"' }] }
`,
  );
  desk.bench.write(".gitignore", "v/\nstarted\nhurry\nremote/\nclone/\n.change-deploy/\n");
  desk.bench.commit();
  for (const name of names) desk.bench.write(`v/${name}`, "1.0\n");
}

const names = ["t01", "t02", "t03", "t04", "t05", "t06"];
const versions = () => names.map((name) => read(`v/${name}`).trim());
const starts = () => read("started").trim().split("\n").filter(Boolean);
const ALL_OLD = names.map(() => "1.0");

/** Everything that works for this desk, and is not the bundle. */
function children(bundlePid: number | undefined): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid || Number(pid) === bundlePid) return false;
    try {
      const env = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return env.includes(`HOME=${desk.bench.folder}`) && env.includes("CHANGE_ID=CHG-9");
    } catch {
      return false;
    }
  });
}

const lastEvents = () =>
  desk.bench.git("log", "-3", "--format=%B", "refs/change-deploy/production/changes/CHG-9");

describe.each([
  ["steps that end when they are told to", ":"],
  ["steps that ignore every signal they can", "trap '' INT TERM HUP"],
])("a job that is cancelled while %s run", (_, stubborn) => {
  it("starts nothing more, leaves no child, and says so in outputs, summary and journal, before the second signal", async () => {
    writePlan(stubborn);
    const { child, job } = start();
    await until("two steps with children", () => starts().length === 2 && children(child.pid).length >= 6);
    const cancelledMs = Date.now();
    expect(await cancelAsARunner(child, job)).toBe("SIGINT");
    const ended = await job;

    expect(ended).toMatchObject({
      code: 1,
      outputs: { outcome: "interrupted", "reason-code": "interrupted" },
    });
    expect(starts().filter((line) => Number(line.split(" ")[1]) > cancelledMs + 2_000)).toEqual([]);
    expect(starts()).toHaveLength(2);
    expect(children(child.pid)).toEqual([]);
    expect(ended.summary).toContain("interrupted");
    expect(lastEvents()).toMatch(/[Ii]nterrupted/);
    expect(ended.state).toMatchObject({ begun: "true", ended: "true" });
    expect((await desk.post(GIVEN, ended)).stdout).toBe("");
  });
});

describe("what a cancelled or killed job has left", () => {
  const killInTheMiddle = async () => {
    const { child, job } = start();
    await until("two steps", () => starts().length === 2 && versions().includes("half"));
    child.kill("SIGKILL");
    const ended = await job;
    await endStrays(desk.bench.folder);
    return ended;
  };

  it("is put back by the rescue job of the same run, whatever the outputs say", async () => {
    writePlan();
    const killed = await killInTheMiddle();
    expect(killed).toMatchObject({ signal: "SIGKILL", outputs: {} });
    const rescue = await start(RESCUE).job;
    expect(rescue.code, rescue.stdout).toBe(0);
    expect(rescue.outputs.outcome).toBe("rolled-back");
    expect(versions()).toEqual(ALL_OLD);
    expect(desk.github.state.repository.issues).toHaveLength(1);

    const again = await start(RESCUE, 2).job;
    expect(again.code, again.stdout).toBe(0);
    expect(again.stdout).toContain("This run has left nothing unfinished.");
    expect(desk.github.state.repository.issues).toHaveLength(1);
  });

  it("is told by the post step, with how to go on", async () => {
    writePlan();
    const killed = await killInTheMiddle();
    const post = await desk.post(GIVEN, killed);
    expect(post.code).toBe(0);
    expect(post.stdout).toMatch(/^::warning title=Cut off::.*CHG-9.*is not finished/m);
    expect(post.summary).toContain("Run the failed jobs again");
    await start(RESCUE).job;
  });

  it.each([
    ["a journal that is not there", { ...GIVEN, journal: "./nowhere" }],
    ["inputs that are wrong", { ...GIVEN, phase: "deplyo" }],
    ["a change that was never recorded", GIVEN],
  ])("makes no post step fail: %s", async (_, inputs) => {
    writePlan();
    const post = await desk.post(inputs, { state: { begun: "true", change: "CHG-9" } });
    expect(post.code).toBe(0);
    expect(post.stdout).toMatch(/^::warning title=/m);
  });

  it("is finished by a re-run in another checkout, on a machine without the files of the first", async () => {
    writePlan();
    await killInTheMiddle();
    desk.bench.write("hurry", "");
    desk.bench.git("push", "--quiet", "origin", "HEAD:refs/heads/main");
    desk.bench.git("clone", "--quiet", "--branch", "main", "remote", "clone");
    rmSync(path.join(desk.bench.folder, ".git/change-deploy"), { recursive: true });
    const workspace = path.join(desk.bench.folder, "clone");
    const again = await desk.start(GIVEN, { attempt: 2, env: { GITHUB_WORKSPACE: workspace } }).job;
    expect(again.outputs.outcome, again.stdout).toBe("succeeded");
    expect(versions()).toEqual(names.map(() => "2.0"));
  });
});

describe("the rescue job", () => {
  it("leaves alone what another run has done, and what was never started", async () => {
    writePlan();
    desk.bench.write("hurry", "");
    const never = await start(RESCUE).job;
    expect(never).toMatchObject({ code: 0, outputs: {} });
    expect(never.stdout).toContain("The change was never started.");

    expect((await start().job).outputs.outcome).toBe("succeeded");
    const other = await desk.start(RESCUE, { run: "4712" }).job;
    expect(other.code, other.stdout).toBe(0);
    expect(other.stdout).toContain("This run has left nothing unfinished.");
    expect(versions()).toEqual(names.map(() => "2.0"));
  });
});
