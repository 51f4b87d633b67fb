import { chmodSync, rmSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { eachWorkbench } from "./each-workbench.ts";
import { localPlan, targetNames } from "./plans.ts";
import { endStrays, until, type Workbench } from "./workbench.ts";

let bench: Workbench;
eachWorkbench((made) => {
  bench = made;
});

const PRODUCTION = ["--environment", "production"];
const NAMES = targetNames(4);
const planOf = (id: string, install = ":") => localPlan({ targets: 4, install }).replace("CHG-7", id);
/** Broken on t03, on the way there and on the way back, until the file `mended` is there. */
const brokenPlan = () =>
  planOf("CHG-7", 'test "$TARGET_NAME" != t03').replace(
    'echo "$PREVIOUS_VERSION" >',
    'test "$TARGET_NAME" != t03 || test -e mended; echo "$PREVIOUS_VERSION" >',
  );
const emergency = (plan: string) =>
  plan.replace(
    "title: Files }",
    "title: Files, type: emergency }\nteam: { security: [mona] }\napprovals: [{ environment: production, from: [mona] }]",
  );

function prepare(plans: Readonly<Record<string, string>>, names: readonly string[] = NAMES): void {
  for (const [file, plan] of Object.entries(plans)) bench.write(file, plan);
  bench.commit();
  for (const name of names) bench.write(`v/${name}`, "1.0\n");
}

const run = (file: string, version: string, ...more: string[]) =>
  bench.cli("run", file, ...PRODUCTION, "--to", version, ...more);
const rollback = (id: string, ...more: string[]) => bench.cli("rollback", id, ...PRODUCTION, ...more);
/** A change's write-ahead file: not everything is pushed at once. */
function written(id: string): string {
  const folder = `.git/change-deploy/production/${id}`;
  const files = bench.list(folder).filter((name) => name.startsWith("write-ahead"));
  return files.map((name) => bench.read(`${folder}/${name}`)).join("");
}

const versions = () => new Set(NAMES.map((name) => bench.read(`v/${name}`).trim()));

describe("changes of one environment after one another", () => {
  it("are rolled back newest first: an older one is refused while a later one stands", async () => {
    prepare({ "plan.yml": planOf("CHG-7"), "later.yml": planOf("CHG-8") });
    await run("plan.yml", "2.0");
    await run("later.yml", "3.0");
    const refused = await rollback("CHG-7");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/CHANGE_OVERTAKEN.*CHG-8/s);
    // Nor is it green when it is run again: its version is no longer there.
    const again = await run("plan.yml", "2.0");
    expect(again.code, again.stdout).toBe(2);
    expect(again.stderr).toMatch(/CHANGE_OVERTAKEN.*a `change\.id` of its own/s);
    expect((await rollback("CHG-8")).code).toBe(3);
    expect((await run("plan.yml", "2.0")).stdout).toContain("It has succeeded already.");
    expect((await rollback("CHG-7")).code).toBe(3);
    expect(versions()).toEqual(new Set(["1.0"]));
  });

  it("do not start on top of one that is part done, until it is settled", async () => {
    prepare({ "plan.yml": brokenPlan(), "later.yml": planOf("CHG-8") });
    expect((await run("plan.yml", "2.0")).code).toBe(4);
    const refused = await run("later.yml", "3.0");
    expect(refused.code, refused.stdout).toBe(2);
    expect(refused.stderr).toMatch(/CHANGE_STATE.*CHG-7 \(version 2\.0\) is not finished/s);
    expect(refused.stderr).toMatch(/--repaired/);
    // Being refused is no work: it must not hide what it was refused for.
    expect((await run("later.yml", "3.0")).code).toBe(2);
    expect([...versions()]).not.toContain("3.0");
    bench.write("mended", "");
    expect((await rollback("CHG-7")).code).toBe(3);
    expect((await run("later.yml", "3.0")).code).toBe(0);
    expect(versions()).toEqual(new Set(["3.0"]));
  });

  it("do not start over one that was killed, and leave it to be taken over as what it is", async () => {
    const wait = "for i in $(seq 300); do test ! -e hurry || break; sleep 0.2; done";
    const slow = planOf("CHG-7", `touch begun; ${wait}`);
    prepare({ "plan.yml": slow, "later.yml": planOf("CHG-8") });
    const { child, ended } = bench.start("cli.js", {
      args: ["run", "plan.yml", ...PRODUCTION, "--to", "2.0"],
    });
    await until("a step", () => bench.list(".").includes("begun"), 20_000);
    child.kill("SIGKILL");
    await ended;
    const refused = await run("later.yml", "3.0");
    expect(refused.code, refused.stdout).toBe(2);
    expect(refused.stderr).toMatch(/not finished \(interrupted\).*A step of it may still run on t01/s);
    const going = bench.cli("resume", "CHG-7", ...PRODUCTION);
    // From when it has said that it goes on, the step is waited for.
    await until("somebody to go on", () => /"resumed"/.test(written("CHG-7")), 20_000);
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    bench.write("hurry", "");
    const resumed = await going;
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(resumed.stdout).toMatch(/t01: waiting for a step begun earlier that may still run/);
    const story = bench.git("log", "--format=%B", "refs/change-deploy/production/changes/CHG-7");
    expect(story).toMatch(/took over|taken over/i);
    expect((await run("later.yml", "3.0")).code).toBe(0);
  });

  it("start all the same where their targets are others", async () => {
    const others = planOf("CHG-8").replace("t[01:04]", "u[01:02]");
    prepare({ "plan.yml": brokenPlan(), "others.yml": others }, [...NAMES, "u01", "u02"]);
    expect((await run("plan.yml", "2.0")).code).toBe(4);
    expect((await run("others.yml", "3.0")).code).toBe(0);
    // Which must hide nothing from those that share targets, nor keep it from being settled.
    bench.write("later.yml", planOf("CHG-9"));
    bench.commit();
    expect((await run("later.yml", "4.0")).code).toBe(2);
    bench.write("mended", "");
    expect((await rollback("CHG-7")).code).toBe(3);
  });

  it("find what is part done also beneath a later one beside it", async () => {
    const beside = planOf("CHG-8").replace("t[01:04]", "u01");
    const both = planOf("CHG-9").replace('[{ name: "t[01:04]" }]', '[{ name: "t[01:04]" }, { name: u01 }]');
    prepare({ "plan.yml": brokenPlan(), "beside.yml": beside, "both.yml": both }, [...NAMES, "u01"]);
    expect((await run("plan.yml", "2.0")).code).toBe(4);
    expect((await run("beside.yml", "3.0")).code).toBe(0);
    const refused = await run("both.yml", "4.0");
    expect(refused.code, refused.stdout).toBe(2);
    expect(refused.stderr).toMatch(/CHG-7 .* is not finished/);
  });

  it("are not kept from going back by a later attempt that left nothing", async () => {
    const guarded = (id: string) => planOf(id, 'test "$CHANGE_VERSION" != 4.0');
    prepare({ "plan.yml": guarded("CHG-7"), "later.yml": planOf("CHG-8") });
    expect((await run("plan.yml", "2.0")).code).toBe(0);
    expect((await run("later.yml", "3.0")).code).toBe(0);
    // The same id with another version, which fails and is rolled back.
    expect((await run("plan.yml", "4.0")).code).toBe(3);
    expect(versions()).toEqual(new Set(["3.0"]));
    expect((await rollback("CHG-8")).code).toBe(3);
    expect(versions()).toEqual(new Set(["2.0"]));
  });

  it("are found by all their attempts: a later one on other targets does not make an earlier one go away", async () => {
    prepare({ "plan.yml": planOf("CHG-7"), "later.yml": planOf("CHG-8") }, [...NAMES, "u01"]);
    expect((await run("plan.yml", "2.0")).code).toBe(0);
    expect((await run("later.yml", "3.0")).code).toBe(0);
    bench.write("later.yml", planOf("CHG-8").replace("t[01:04]", "u01"));
    bench.commit();
    expect((await run("later.yml", "3.1")).code).toBe(0);
    const refused = await rollback("CHG-7");
    expect(refused.code, refused.stdout).toBe(2);
    expect(refused.stderr).toMatch(/CHG-8 was carried out in production after CHG-7.*several attempts/s);
    expect(versions()).toEqual(new Set(["3.0"]));
  });

  it("may be an emergency, which goes over what is part done; that waits until the emergency is undone", async () => {
    prepare({ "plan.yml": brokenPlan(), "patch.yml": emergency(planOf("CHG-8")) });
    await run("plan.yml", "2.0");
    const patched = await run("patch.yml", "2.1", "--approved-by", "mona");
    expect(patched.code, patched.stderr).toBe(0);
    expect(patched.stdout).toMatch(
      /CHG-7 \(version 2\.0\) is not finished.*If this emergency passes its gate, it goes over that/,
    );
    const story = bench.git("log", "--format=%B", "refs/change-deploy/production/changes/CHG-8");
    expect(story).toMatch(/Attempt 1 started: CHG-8 .* over what CHG-7 has left/);
    expect(versions()).toEqual(new Set(["2.1"]));
    bench.write("mended", "");
    const resumed = () => bench.cli("resume", "CHG-7", ...PRODUCTION);
    for (const again of [await rollback("CHG-7"), await run("plan.yml", "2.0"), await resumed()]) {
      expect(again.code, again.stdout).toBe(2);
      expect(again.stderr).toMatch(/CHANGE_OVERTAKEN.*CHG-8 was carried out in production after CHG-7/s);
    }
    expect(versions()).toEqual(new Set(["2.1"]));
    const status = await bench.cli("status", "CHG-7", ...PRODUCTION);
    expect(status.stdout).toMatch(
      /CHG-8 was carried out after it\. To put back .*rollback CHG-8 --environment/,
    );
    expect((await rollback("CHG-8")).code).toBe(3);
    expect((await rollback("CHG-7")).code).toBe(3);
    expect(versions()).toEqual(new Set(["1.0"]));
  });
});

describe("a change that was cut off before it touched anything", () => {
  const story = (id: string) =>
    bench.git("log", "--format=%B", `refs/change-deploy/production/changes/${id}`);

  async function killedAt(file: string, version: string, mark: () => boolean): Promise<void> {
    const { child, ended } = bench.start("cli.js", { args: ["run", file, ...PRODUCTION, "--to", version] });
    await until("the moment to kill it", mark);
    child.kill("SIGKILL");
    await ended;
    await endStrays(bench.folder);
  }

  it("looks anew at what others have changed since, and goes over nothing that they have left", async () => {
    const patient = `${planOf("CHG-8", 'test "$TARGET_NAME" != t02')}notify: { before: 4s }\n`;
    prepare({
      "plan.yml": brokenPlan().replace('test "$TARGET_NAME" != t03\n', ":\n"),
      "later.yml": patient,
    });
    expect((await run("plan.yml", "2.0")).code).toBe(0);
    await killedAt("later.yml", "3.0", () => /notice-given/.test(written("CHG-8")));
    expect((await rollback("CHG-7")).code).toBe(4);
    const refused = await bench.cli("resume", "CHG-8", ...PRODUCTION);
    expect(refused.code, refused.stdout).toBe(2);
    expect(refused.stderr).toMatch(/CHG-7 \(version 2\.0\) is not finished \(rollback-incomplete\)/);
    bench.write("mended", "");
    expect((await rollback("CHG-7")).code).toBe(3);

    const resumed = await bench.cli("resume", "CHG-8", ...PRODUCTION);
    expect(resumed.code, resumed.stdout).toBe(3);
    expect(story("CHG-8")).toContain("others have acted here since");
    // What it puts back is what was there when it began to change it, not what was there before that.
    expect(versions()).toEqual(new Set(["1.0"]));
  });

  it("puts no data back over that of a later one", async () => {
    const backups = `backups:
  - { name: data, run: cp data "$BACKUP_FILE", restore: cp "$BACKUP_FILE" data }
  - { name: slow, run: 'touch second; sleep 300; echo 1 > "$BACKUP_FILE"', restore: ":" }
`;
    prepare({ "plan.yml": `${planOf("CHG-7")}${backups}`, "later.yml": planOf("CHG-8") });
    bench.write("data", "one\n");
    await killedAt("plan.yml", "2.0", () => bench.list(".").includes("second"));
    expect((await run("later.yml", "3.0")).code).toBe(0);
    bench.write("data", "two\n");
    const refused = await rollback("CHG-7", "--restore", "data");
    expect(refused.code, refused.stdout).toBe(2);
    expect(refused.stderr).toMatch(/CHANGE_OVERTAKEN.*CHG-8/s);
    expect(bench.read("data")).toBe("two\n");
    // Without data there is nothing to undo, so nobody is in the way.
    expect((await rollback("CHG-7")).code).toBe(3);
    expect(versions()).toEqual(new Set(["3.0"]));
  });

  it("may put its data back as often as somebody asks for it", async () => {
    const backups = `backups: [{ name: data, run: cp data "$BACKUP_FILE", restore: cp "$BACKUP_FILE" data }]\n`;
    prepare({ "plan.yml": `${planOf("CHG-7")}${backups}`, "later.yml": planOf("CHG-8") });
    bench.write("data", "one\n");
    expect((await run("plan.yml", "2.0")).code).toBe(0);
    for (const data of ["two\n", "three\n"]) {
      bench.write("data", data);
      const back = await rollback("CHG-7", "--restore", "data");
      expect(back.code, back.stdout).toBe(3);
      expect(bench.read("data")).toBe("one\n");
    }
    expect((await run("later.yml", "3.0")).code).toBe(0);
  });

  it("is known to later ones also where its beginning could not be told to the remote", async () => {
    prepare({ "plan.yml": brokenPlan(), "later.yml": planOf("CHG-8") });
    bench.git("init", "--quiet", "--bare", "ops.git");
    const hook = bench.write("ops.git/hooks/pre-receive", '#!/bin/sh\n! grep -q "/changes/"\n');
    chmodSync(hook, 0o755);
    const ops = ["--journal", `${bench.folder}/ops.git`];
    const refused = await run("plan.yml", "2.0", ...ops);
    expect(refused.stderr).toContain("JOURNAL_REFUSED");
    rmSync(hook);
    expect((await bench.cli("resume", "CHG-7", ...PRODUCTION, ...ops)).code).toBe(4);
    const later = await run("later.yml", "3.0", ...ops);
    expect(later.code, later.stdout).toBe(2);
    expect(later.stderr).toMatch(/CHG-7 .* is not finished/);
    // Without the flag only copies of that journal are here, which are none.
    for (const command of ["resume", "status"]) {
      const lost = await bench.cli(command, "CHG-7", ...PRODUCTION);
      expect(lost.code, lost.stdout).toBe(1);
      expect(lost.stderr).toMatch(/a copy of the one at .*ops\.git.*`--journal .*ops\.git`/s);
    }
  });
});

describe("what blue-green keeps", () => {
  const GROUPS = ["blue-1", "blue-2", "green-1", "green-2"];
  const blueGreen = (id: string) =>
    planOf(id)
      .replace(
        'hosts: [{ name: "t[01:04]" }]',
        'groups: { blue: { hosts: [{ name: "blue-[1:2]" }] }, green: { hosts: [{ name: "green-[1:2]" }] } }',
      )
      .replace(
        /strategy: .*/,
        `strategy:
  blue-green:
    active: cat live
    switch: { name: Switch, run: sh ./swap, undo: sh ./swap }
    keep: 1h`,
      );

  beforeEach(() => {
    bench.write("swap", "if grep -q blue live; then echo green > live; else echo blue > live; fi\n");
  });

  it("is taken by no later change, until the one that keeps it is undone", async () => {
    prepare({ "plan.yml": blueGreen("CHG-7"), "later.yml": blueGreen("CHG-8") }, GROUPS);
    bench.write("live", "blue\n");
    const first = await run("plan.yml", "2.0");
    expect(first.code, first.stdout + first.stderr).toBe(0);
    expect(bench.read("live")).toBe("green\n");
    const refused = await run("later.yml", "3.0");
    expect(refused.code, refused.stdout).toBe(2);
    expect(refused.stderr).toMatch(/CHG-7 keeps the group blue as it was until .* UTC, to switch back to/);
    expect(bench.read("v/blue-1")).toBe("1.0\n");
    expect((await rollback("CHG-7")).code).toBe(3);
    expect(bench.read("live")).toBe("blue\n");
    expect((await run("later.yml", "3.0")).code).toBe(0);
    expect(bench.read("v/green-1")).toBe("3.0\n");
  });
});
