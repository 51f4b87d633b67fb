import { describe, expect } from "vitest";
import { scenario } from "./stage.ts";
import { expectTruth } from "./truth.ts";

const BREAKS = '[ "$TARGET_NAME" != t002 ] || exit 9';

describe("a change that goes wrong is rolled back", () => {
  scenario("when a step fails, with one issue, and verify says the same afterwards", async (stage) => {
    stage.plan({ install: BREAKS });
    const job = await stage.job("deploy");
    expectTruth(stage, job, { outcome: "rolled-back", reason: "verified", issue: "open", requests: 14 });
    expect(stage.versions).toEqual(["1.0"]);
    expect(stage.issues[0]).toMatchObject({ labels: expect.arrayContaining(["change-deploy"]) });
    const states = stage.deployments[0]?.statuses.map(({ state }) => state);
    expect(states).toEqual(["in_progress", "in_progress", "in_progress", "failure", "inactive"]);

    const report = await stage.job("report", { machine: "another" });
    expect(report).toMatchObject({ code: 0, outputs: { outcome: "rolled-back" } });
    expect(stage.issues).toHaveLength(1);
  });

  scenario("when a target is not healthy by its deadline", async (stage) => {
    const { at } = stage;
    stage.plan({
      checks: `    - { name: ready, on: runner, run: '[ "$TARGET_NAME" != t003 ] || ! grep -q 2.0 "${at}/v/t003"' }`,
    });
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 14 });
    expect(stage.versions).toEqual(["1.0"]);
    expect(stage.issues[0]?.body).toContain("ready");
  });

  scenario("when a critical trigger fires, with its response first", async (stage) => {
    const { at } = stage;
    stage.plan({
      checks: `    - { name: intrusion, scope: service, run: 'test ! -e "${at}/alarm"' }`,
      install: '[ "$TARGET_NAME" != t002 ] || touch alarm',
      undo: "rm -f alarm",
      more: `triggers:
  - name: breach
    severity: critical
    when: { check: intrusion }
    respond: [{ name: Isolate, run: 'echo isolated >> "${at}/log"' }]`,
    });
    const job = await stage.job("run");
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 14 });
    expect(stage.steps.filter((step) => step === "isolated" || step.endsWith("undo"))[0]).toBe("isolated");
    expect(stage.issues[0]?.body).toContain("breach");
  });

  scenario("when the verification of the service fails", async (stage) => {
    stage.plan({ more: "verify: [{ name: Log in, run: 'exit 3' }]" });
    const job = await stage.phases(["prepare", "deploy", "verify"]);
    expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 18 });
    expect(stage.jobs.map(({ code }) => code)).toEqual([0, 0, 1]);
    expect(stage.versions).toEqual(["1.0"]);
  });

  scenario("as far as it goes, naming what is left to be done by hand", async (stage) => {
    stage.plan({ install: '[ "$TARGET_NAME" != t003 ]', undo: '[ "$TARGET_NAME" != t001 ]' });
    const job = await stage.job("deploy");
    expectTruth(stage, job, {
      outcome: "rollback-incomplete",
      reason: "by-hand",
      issue: "open",
      requests: 14,
    });
    expect(stage.issues[0]?.body).toContain("t001");
    // A text that changes tells nobody; a comment does.
    const comments = stage.issues[0]?.comments.map(({ body }) => body) ?? [];
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain("was not rolled back completely");
    expect(stage.versions.sort()).toEqual(["1.0", "2.0"]);
  });

  scenario("not at all past an irreversible step: it is frozen, and a re-run leaves it so", async (stage) => {
    const { at } = stage;
    stage.plan({
      more: `backups: [{ name: data, run: 'echo data > "$BACKUP_FILE"', verify: 'test -s "$BACKUP_FILE"', restore: 'true' }]`,
    });
    const text = stage.desk.bench
      .read("plan.yml")
      .replace(/ {6}undo: \|\n( {8}.*\n)+/, "      irreversible: true\n")
      .replace(
        'echo "$TARGET_NAME run" >> log\n        :',
        `echo "$TARGET_NAME run" >> log; [ "$TARGET_NAME" != t002 ]`,
      );
    stage.desk.bench.write("plan.yml", text);
    stage.desk.bench.commit();
    stage.desk.bench.git("push", "--quiet", "--force", "origin", "HEAD:refs/heads/main");
    const job = await stage.job("deploy");
    expectTruth(stage, job, { outcome: "frozen", reason: "irreversible", issue: "open", requests: 14 });
    const steps = stage.steps;
    const again = await stage.job("deploy", { attempt: 2, machine: "another" });
    expect(again).toMatchObject({ code: 1, outputs: { "reason-code": "change-state" } });
    expect(stage.steps).toEqual(steps);
    expect(at).not.toBe("");
  });
});

describe("by hand", () => {
  scenario(
    "a finished change goes back in a later run: green, and the same deployment says so",
    async (stage) => {
      stage.plan();
      expect((await stage.job("run")).outputs.outcome).toBe("succeeded");
      const inputs = { "change-id": "CHG-5" };
      const job = await stage.job("rollback", { run: "4712", inputs, machine: "another" });
      expectTruth(stage, job, { outcome: "rolled-back", issue: "open", requests: 18, green: true });
      expect(stage.versions).toEqual(["1.0"]);
      expect(stage.deployments[0]?.statuses.map(({ state }) => state)).toContain("success");
    },
  );

  scenario("a change that does not exist is not rolled back, and nothing is opened", async (stage) => {
    stage.plan();
    const job = await stage.job("rollback", { inputs: { "change-id": "CHG-6" } });
    expect(job).toMatchObject({ code: 1, outputs: { "reason-code": "change-unknown" } });
    expect([...stage.issues, ...stage.deployments]).toEqual([]);
  });
});
