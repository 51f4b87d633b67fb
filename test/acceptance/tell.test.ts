import { randomUUID } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { eachWorkbench } from "./each-workbench.ts";
import { localPlan } from "./plans.ts";
import { type Running, until, type Workbench } from "./workbench.ts";

const REF = "refs/change-deploy/local/changes/CHG-7";
const RUN = ["run", "plan.yml", "--to", "2.0"];
const TEAM = `
team: { manager: [octocat], engineers: [hubot], quality: [tess] }`;
const SPOOL = ".git/change-deploy/local/CHG-7/commands";

let bench: Workbench;
eachWorkbench((made) => {
  bench = made;
});

/** One target at a time; the first one waits until it is let go. */
function start(replaced: readonly [RegExp | string, string] = ["", ""]): Running {
  const plan = localPlan({ targets: 6, batches: "[1]", install: "until test -e go; do sleep 0.05; done" });
  bench.write("plan.yml", plan.replace("title: Files }", `$&${TEAM}`).replace(...replaced));
  bench.commit();
  for (let at = 1; at <= 6; at++) bench.write(`v/t0${at}`, "1.0\n");
  return bench.start("cli.js", { args: RUN });
}

const letGo = () => bench.write("go", "");
const underWay = () => until("the first step", () => bench.read("log") !== "");
const isKnown = () => bench.git("for-each-ref", REF) !== "";
const story = () => bench.git("log", "--format=%B", REF);
const effects = () => bench.read("log").trim().split("\n");

describe("tell, from another terminal", () => {
  it("holds a change between two targets, and the journal says who said it by which right", async () => {
    const { ended } = start();
    await underWay();
    const told = await bench.cli("tell", "hold", "--as", "TESS", "--json");
    expect(told.code, told.stderr).toBe(0);
    const answer = JSON.parse(told.stdout);
    expect(answer).toMatchObject({
      ...{ ok: true, change: "CHG-7", environment: "local", command: "hold", role: "quality" },
      ...{ by: "tester@example.invalid", as: "TESS" },
    });
    letGo();
    expect((await ended).code).toBe(5);
    expect(effects()).toEqual(["t01 prepare", "t01 install"]);
    expect(story()).toMatch(/TESS \(tester@.{0,3}example\.invalid\)/);
    expect(readdirSync(path.join(bench.folder, SPOOL))).toEqual([]);
  });

  it("rolls a change back", async () => {
    const { ended } = start();
    await underWay();
    const told = await bench.cli("tell", "rollback", "CHG-7");
    expect(told.stdout).toContain("CHG-7 was told to rollback, by tester@example.invalid (operator)");
    letGo();
    expect((await ended).code).toBe(3);
    expect(bench.read("v/t01")).toBe("1.0\n");
    expect(effects().filter((line) => line.endsWith("uninstall"))).not.toEqual([]);
  });

  it("aborts a change, in the name of who said it", async () => {
    const { ended } = start();
    await underWay();
    expect((await bench.cli("tell", "abort")).code).toBe(0);
    letGo();
    expect((await ended).code).toBe(5);
    expect(story()).toContain("aborted by");
  });

  it("answers the question of a warning", async () => {
    bench.write("lag", "");
    letGo();
    const { ended } = start([
      /health:([\s\S]*)checks: \[/,
      "triggers: [{ name: slow, severity: warning, when: { check: lag } }]\nhealth:$1" +
        "checks: [{ name: lag, scope: service, run: 'test ! -e lag' }, ",
    ]);
    await until("the question", () => isKnown() && /slow/.test(story()));
    rmSync(path.join(bench.folder, "lag"));
    const { code, stderr } = await bench.cli("tell", "continue", "--as", "hubot");
    expect(code, stderr).toBe(0);
    expect((await ended).code).toBe(0);
    expect(story()).toMatch(/hubot/);
  });
});

describe("what tell is refused", () => {
  it("says so where nobody is at work", async () => {
    expect(await bench.cli("tell", "hold")).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/CHANGE_STATE.*Nobody is at work in the environment local/),
    });
  });

  it("says who may, what is unknown, and which change is meant; and nothing is recorded", async () => {
    const { child, ended } = start();
    await underWay();
    const refusals = [
      [["tell", "rollback", "--as", "tess"], /rollback is for `team\.manager`/],
      [["tell", "hold", "--as", "stranger"], /does not name stranger/],
      [["tell", "continue"], /waits for no answer/],
      [["tell", "rollback", "--restore", "database"], /no backup named "database"/],
      [["tell", "hold", "CHG-6"], /Nobody is at work on CHG-6/],
    ] as const;
    for (const [args, why] of refusals) {
      const { code, stderr } = await bench.cli(...args);
      expect(code).toBe(2);
      expect(stderr).toMatch(why);
    }
    child.kill("SIGTERM");
    expect((await ended).code).toBe(5);
    expect(story()).not.toMatch(/tess|stranger/i);
  });

  it("says so where the process at work does not hear it: another clone, a machine elsewhere", async () => {
    const { child, ended } = start();
    await underWay();
    child.kill("SIGSTOP");
    const { code, stderr } = await bench.cli("tell", "hold");
    expect(code).toBe(2);
    expect(stderr).toMatch(/is at work on CHG-7, and does not hear us/);
    child.kill("SIGCONT");
    child.kill("SIGTERM");
    await ended;
    expect(readdirSync(path.join(bench.folder, SPOOL))).toEqual([]);
  });
});

describe("a command that a killed process had heard", () => {
  it("is carried out by the one that resumes", async () => {
    const { child, ended } = start();
    await underWay();
    child.kill("SIGSTOP");
    const id = randomUUID();
    const told = { format: 1, id, atMs: Date.now(), command: "hold", by: "alice", as: null, restore: [] };
    writeFileSync(path.join(bench.folder, SPOOL, `${id}.taken`), JSON.stringify(told));
    child.kill("SIGKILL");
    await ended;
    letGo();
    const resumed = await bench.cli("resume");
    expect(resumed.code, resumed.stdout).toBe(5);
    expect(story()).toContain("alice");
    expect(readdirSync(path.join(bench.folder, SPOOL))).toEqual([`${id}.answer`]);
  });
});

describe("approvals and restores by name", () => {
  it("run --approved-by opens a gate that asks for an approval, and the journal calls it unproven", async () => {
    const plan = localPlan({ targets: 2 }).replace(
      "change: { id: CHG-7, title: Files }",
      "$&\napprovals: [{ pull-request: true, count: 1, from: [octocat] }]",
    );
    bench.write("plan.yml", plan);
    bench.commit();
    for (const name of ["t01", "t02"]) bench.write(`v/${name}`, "1.0\n");
    const refused = await bench.cli(...RUN);
    expect(refused).toMatchObject({ code: 2, stdout: expect.stringContaining("`--approved-by NAME`") });
    const { code, stdout } = await bench.cli(...RUN, "--approved-by", "octocat");
    expect(stdout).not.toContain("--approved-by");
    expect(code, stdout).toBe(0);
    expect(story()).toMatch(/octocat/);
    expect(story()).toMatch(/unproven|not proven/i);
  });

  it("rollback --restore restores a backup that the change has made, and refuses any other", async () => {
    const backup =
      "backups: [{ name: data, run: 'cp data \"$BACKUP_FILE\"', restore: 'cp \"$BACKUP_FILE\" data' }]";
    bench.write("data", "before\n");
    const plan = localPlan({ targets: 2 }).replace(/change: .*/, `$&\n${backup}`);
    bench.write("plan.yml", plan);
    bench.commit();
    for (const name of ["t01", "t02"]) bench.write(`v/${name}`, "1.0\n");
    expect((await bench.cli(...RUN)).code).toBe(0);
    bench.write("data", "after\n");
    expect(await bench.cli("rollback", "--restore", "dta")).toMatchObject({ code: 2 });
    const { code, stdout } = await bench.cli("rollback", "--restore", "data");
    expect(code, stdout).toBe(3);
    expect(bench.read("data")).toBe("before\n");
  });
});
