import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { eachWorkbench } from "./each-workbench.ts";
import { localPlan, targetNames } from "./plans.ts";
import { strays, until, type Workbench } from "./workbench.ts";

let bench: Workbench;
eachWorkbench((made) => {
  bench = made;
});

const REF = "refs/change-deploy/production/changes/CHG-7";
const PRODUCTION = ["--environment", "production"];
const RUN = ["run", "plan.yml", ...PRODUCTION, "--to", "2.0"];
const names = targetNames(20);

function prepare(plan: string): void {
  bench.write("plan.yml", plan);
  bench.commit();
  for (const name of names) bench.write(`v/${name}`, "1.0\n");
}

const versions = () => new Set(names.map((name) => bench.read(`v/${name}`).trim()));
const log = () => bench.read("log").trim().split("\n").filter(Boolean);
const story = () => bench.git("log", "--reverse", "--format=%B", REF);
/** No effect stands twice in the targets' own log. */
const repeated = () => log().filter((line, index, lines) => lines.indexOf(line) !== index);

describe("a change of twenty local targets", () => {
  it("updates all of them in the plan's order, and its journal tells so in words", async () => {
    prepare(localPlan());
    const { code, stdout } = await bench.cli(...RUN);
    expect(code, stdout).toBe(0);
    expect(versions()).toEqual(new Set(["2.0"]));
    expect(log()[0]).toBe("t01 prepare");
    expect(
      log()
        .slice(2, 12)
        .map((line) => line.split(" ")[0]),
    ).not.toContain("t07");
    expect(story()).toMatch(/Attempt 1 started[\s\S]*Batch 2 of \d opened[\s\S]*Finished: succeeded/);
    expect(bench.git("fsck", "--strict")).toBe("");
  });

  it("says so, and does nothing, when it is run again", async () => {
    prepare(localPlan());
    await bench.cli(...RUN);
    const before = log().length;
    const { code, stdout } = await bench.cli(...RUN);
    expect(bench.git("fsck", "--strict")).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("It has succeeded already.");
    expect(log()).toHaveLength(before);
  });

  it("is undone where it touched, left alone where it did not, and leaves an issue", async () => {
    prepare(localPlan({ install: 'test "$TARGET_NAME" != t14 || exit 9' }));
    const { code } = await bench.cli(...RUN);
    expect(code).toBe(3);
    expect(versions()).toEqual(new Set(["1.0"]));
    const touched = new Set(log().map((line) => line.split(" ")[0]));
    expect([...touched].sort()).toEqual(names.slice(0, 16));
    expect(bench.list(".change-deploy/issues")).toEqual(["production--CHG-7.md"]);
    expect(bench.read(".change-deploy/issues/production--CHG-7.md")).toContain("exit 9");
  });

  it("shows each target's state as one JSON document", async () => {
    prepare(localPlan({ install: 'test "$TARGET_NAME" != t14 || exit 9' }));
    await bench.cli(...RUN);
    const { stdout } = await bench.cli("status", ...PRODUCTION, "--json");
    const { outcome, counts, targets } = JSON.parse(stdout);
    expect(outcome).toBe("rolled-back");
    expect(counts).toMatchObject({ "rolled-back": 16, untouched: 4 });
    expect(targets).toHaveLength(20);
  });
});

describe("a killed run", () => {
  it("goes on where it was, and repeats no finished step", async () => {
    prepare(localPlan({ stepSeconds: 0.2 }));
    const { child, ended } = bench.start("cli.js", { args: RUN });
    await until("the middle of a batch", () => log().includes("t04 prepare"));
    child.kill("SIGKILL");
    await ended;
    const { code, stdout } = await bench.cli("resume", ...PRODUCTION);
    expect(code, stdout).toBe(0);
    expect(versions()).toEqual(new Set(["2.0"]));
    expect(repeated()).toEqual([]);
  });

  it("goes on with its rollback, and repeats no finished undo", async () => {
    prepare(localPlan({ stepSeconds: 0.2, install: 'test "$TARGET_NAME" != t06 || exit 9' }));
    const { child, ended } = bench.start("cli.js", { args: RUN });
    await until("the middle of the rollback", () => log().some((line) => line.endsWith("uninstall")));
    child.kill("SIGKILL");
    await ended;
    const { code, stdout } = await bench.cli("resume", ...PRODUCTION);
    expect(code, stdout).toBe(3);
    expect(versions()).toEqual(new Set(["1.0"]));
    expect(repeated()).toEqual([]);
  });

  it("that could not tell its outcome any more has it told by whoever looks after it", async () => {
    prepare(localPlan({ install: 'test "$TARGET_NAME" != t06 || test -e mended || exit 9' }));
    // Whoever writes the issue waits for somebody to read the pipe.
    const pipe = bench.write(".change-deploy/issues/production--CHG-7.md.next", "");
    rmSync(pipe);
    execFileSync("mkfifo", [pipe]);
    const { child, ended } = bench.start("cli.js", { args: RUN });
    await until("the outcome", () => bench.git("for-each-ref", REF) !== "" && story().includes("Finished:"));
    child.kill("SIGKILL");
    await ended;
    rmSync(pipe);
    expect(bench.list(".change-deploy/issues")).toEqual([]);
    bench.write("mended", "");
    const { code, stdout } = await bench.cli(...RUN);
    expect(code, stdout).toBe(0);
    expect(story()).toMatch(/Finished: rolled back[\s\S]*Reported[\s\S]*Attempt 2 started/);
    const issue = bench.read(".change-deploy/issues/production--CHG-7.md");
    expect(issue).toContain("exit 9");
    expect(issue).toContain("**Closed.**");
  });

  it("is put back at once by whoever comes next, though nobody can be told of what it left", async () => {
    const plan = localPlan({ install: 'test "$TARGET_NAME" != t06' });
    prepare(plan.replace('echo "$PREVIOUS_VERSION" >', 'test "$TARGET_NAME" != t06 || test -e mended; $&'));
    const pipe = bench.write(".change-deploy/issues/production--CHG-7.md.next", "");
    rmSync(pipe);
    execFileSync("mkfifo", [pipe]);
    const outcomes = () => story().match(/^Finished: .*$/gm) ?? [];
    for (const [args, outcome] of [
      [RUN, "incomplete"],
      [["rollback", "CHG-7", ...PRODUCTION], "rolled back"],
    ] as const) {
      const { child, ended } = bench.start("cli.js", { args });
      // The issue is still waited for then; the targets are not.
      await until(`the outcome ${outcome}`, () => {
        return bench.git("for-each-ref", REF) !== "" && outcomes().at(-1)?.includes(outcome) === true;
      });
      child.kill("SIGKILL");
      await ended;
      bench.write("mended", "");
    }
    expect(versions()).toEqual(new Set(["1.0"]));
    rmSync(pipe);
  });

  it("reaches its end however often it is killed", async () => {
    prepare(localPlan({ stepSeconds: 0.05 }));
    for (let kills = 0; kills < 6; kills++) {
      const { child, ended } = bench.start("cli.js", { args: RUN });
      setTimeout(() => child.kill("SIGKILL"), 150 + 120 * kills);
      await ended;
    }
    const { code, stdout, stderr } = await bench.cli(...RUN);
    expect(code, stdout + stderr).toBe(0);
    expect(repeated()).toEqual([]);
  });
});

describe("a signal", () => {
  it.each(["SIGINT", "SIGTERM"] as const)(
    "%s ends the run within two seconds, children included",
    async (signal) => {
      prepare(localPlan({ stepSeconds: 30 }));
      const { child, ended } = bench.start("cli.js", { args: RUN });
      await until(
        "a step to run",
        () => bench.git("for-each-ref", REF) !== "" && strays(bench.folder).length > 1,
      );
      const sentMs = performance.now();
      child.kill(signal);
      const { code } = await ended;
      expect(code).toBe(5);
      expect(performance.now() - sentMs).toBeLessThan(2_000);
      await until("its children to be gone", () => strays(bench.folder).length === 0, 1_000);
      expect(bench.git("log", "-1", "--format=%B", REF)).toContain(signal);
    },
  );
});

describe("a second run on the same environment", () => {
  it("is refused while the first one holds the lease, with holder and expiry", async () => {
    prepare(localPlan({ stepSeconds: 1 }));
    const first = bench.start("cli.js", { args: RUN });
    await until("the first to start", () => bench.git("for-each-ref", REF) !== "");
    const { code, stderr } = await bench.cli(...RUN);
    expect(code).toBe(2);
    expect(stderr).toMatch(/LEASE_HELD.*tester@example\.invalid.*until/s);
    first.child.kill("SIGTERM");
    await first.ended;
  });
});

describe("a request that cannot be carried out", () => {
  it.each([
    ["a plan that does not exist", "missing.yml", "", /PLAN_UNREADABLE.*there is no such file/],
    ["an empty plan", "plan.yml", "", /empty/],
    ["a plan that is not YAML", "plan.yml", "{ [", /plan\.yml:1:/],
    ["a plan of ten megabytes", "plan.yml", "a".repeat(10_000_000), /256 KiB|262,144/],
  ])("%s", async (_, file, text, said) => {
    bench.write("plan.yml", text);
    const { code, stdout, stderr } = await bench.cli("run", file, ...PRODUCTION, "--to", "2.0");
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(said);
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\.js:/);
  });

  it("names what it needs where there is no repository", async () => {
    prepare(localPlan());
    bench.git("config", "core.repositoryformatversion", "0");
    const { code, stderr } = await bench.cli("run", "plan.yml", "--to", "2.0", "--journal", "nowhere");
    expect(code).toBe(1);
    expect(stderr).toMatch(/nowhere/);
  });
});
