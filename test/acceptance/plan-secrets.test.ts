import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Desk, TOKEN } from "./job.ts";
import { localPlan, targetNames } from "./plans.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(async () => {
  expect(await desk.close()).toEqual({ violations: [], left: [] });
});

const GIVEN = { phase: "run", plan: "plan.yml", environment: "production", version: "2.0", token: TOKEN };
const KEY = "-----BEGIN KEY-----\nfirst+line+of+it==\nsecond+line+of+it\n-----END KEY-----\n";
const SECRETS = { API_TOKEN: "correct horse battery", DEPLOY_KEY: KEY };

function prepare(install: string): void {
  desk.bench.write("plan.yml", localPlan({ targets: 2, install }));
  desk.bench.write(".gitignore", "v/\nlog\nseen\nremote/\n");
  desk.bench.commit();
  for (const name of targetNames(2)) desk.bench.write(`v/${name}`, "1.0\n");
}

describe("the secrets of a plan", () => {
  it("reach its steps by their names, and show nowhere", async () => {
    prepare('printf "%s|%s" "$API_TOKEN" "$DEPLOY_KEY" > seen; env; echo "$DEPLOY_KEY" | base64; exit 9');
    const job = await desk.start({ ...GIVEN, "plan-secrets": JSON.stringify(SECRETS) }).job;
    expect(job.outputs.outcome, job.stdout).toBe("rolled-back");
    expect(desk.bench.read("seen")).toBe(`${SECRETS.API_TOKEN}|${KEY}`);

    const shown = [
      job.stdout.replace(/^::add-mask::.*$/gm, ""),
      job.stderr,
      job.summary,
      JSON.stringify([job.outputs, job.state, desk.github.state.repository.issues]),
      desk.bench.git("log", "-p", "--all"),
    ].join("\n");
    const lines = [
      SECRETS.API_TOKEN,
      "first+line+of+it==",
      "second+line+of+it",
      Buffer.from(KEY).toString("base64"),
    ];
    expect(lines.filter((line) => shown.includes(line))).toEqual([]);
    expect(shown).not.toContain("INPUT_PLAN-SECRETS");
  });

  it("are masked before anything else is printed, line by line", async () => {
    prepare(":");
    const job = await desk.start({ ...GIVEN, "plan-secrets": JSON.stringify(SECRETS) }).job;
    const masks = job.stdout.split("\n").findIndex((line) => !line.startsWith("::add-mask::"));
    expect(job.stdout.split("\n").slice(0, masks).join("\n")).toContain("::add-mask::second+line+of+it");
  });

  it.each([
    "PATH=/tmp/evil",
    "NODE_OPTIONS=--require=/tmp/evil.js",
    "LD_PRELOAD=/tmp/evil.so",
    "GITHUB_ENV=/tmp/evil",
  ])("may not be %s: nothing is started", async (secret) => {
    prepare("touch seen");
    const job = await desk.start({ ...GIVEN, "plan-secrets": secret }).job;
    expect(job).toMatchObject({ code: 1, outputs: { "reason-code": "input-invalid" } });
    expect(job.stdout).not.toContain("/tmp/evil");
    expect(desk.bench.git("for-each-ref", "refs/change-deploy")).toBe("");
  });
});
