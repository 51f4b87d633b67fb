import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Desk, type Inputs, TOKEN } from "./job.ts";
import { localPlan } from "./plans.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await Desk.open();
});
afterEach(async () => {
  expect(await desk.close()).toEqual({ violations: [], left: [] });
});

const GIVEN = { phase: "due", plan: "changes", environment: "production", token: TOKEN };
const look = (run: string, attempt = 1, inputs: Inputs = {}) =>
  desk.start({ ...GIVEN, ...inputs }, { run, attempt }).job;
const plansOf = (outputs: Record<string, string>) => JSON.parse(outputs.plans ?? "null");

const OVER = "{ from: 2020-01-01T00:00, to: 2020-01-02T00:00 }";
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 16);

const NOW_OPEN = `{ from: ${inDays(-1)}, to: ${inDays(3)} }`;

function plan(id: string, window: string | null): string {
  const text = localPlan({ targets: 3 }).replace("CHG-7", id);
  return window === null ? text : `${text}schedule: { timezone: UTC, windows: [${window}] }\n`;
}

/** The folder of a team: what is due, what is not, what is past, and what is no plan. */
function writeChanges(): void {
  desk.bench.write("changes/now.yml", plan("CHG-1", NOW_OPEN));
  desk.bench.write("changes/team/also now.yaml", plan("CHG-2", NOW_OPEN));
  desk.bench.write("changes/later.yml", plan("CHG-3", `{ from: ${inDays(2)}, to: ${inDays(3)} }`));
  desk.bench.write("changes/past.yml", plan("CHG-4", OVER));
  desk.bench.write("changes/by-hand.yml", plan("CHG-5", null));
  desk.bench.write("changes/hosts.yml", "- { name: web-01 }\n");
  desk.bench.commit();
}

const NOW = [
  { plan: "changes/now.yml", "change-id": "CHG-1" },
  { plan: "changes/team/also now.yaml", "change-id": "CHG-2" },
];

describe("what is due", () => {
  it("is each plan whose window is open, once: not for a second run, and again for the first one's re-run", async () => {
    writeChanges();
    const first = await look("1");
    expect(first.code, first.stdout).toBe(0);
    expect(plansOf(first.outputs)).toEqual(NOW);
    expect(first.summary).toMatch(/changes\/later\.yml.*no.*opens at/);
    expect(first.summary).toMatch(/changes\/past\.yml.*its windows are over/);
    expect(first.summary).toMatch(/changes\/by-hand\.yml.*a person starts it/);

    const second = await look("2");
    expect(second.code).toBe(0);
    expect(second.outputs.plans).toBe("[]");
    expect(second.summary).toContain("was started by another run");
    expect(plansOf((await look("1", 2)).outputs)).toEqual(NOW);
  });

  it("is nothing that a person has started already", async () => {
    desk.bench.write("changes/now.yml", plan("CHG-1", NOW_OPEN));
    desk.bench.write("plain.yml", plan("CHG-1", null));
    desk.bench.commit();
    for (const name of ["t01", "t02", "t03"]) desk.bench.write(`v/${name}`, "1.0\n");
    const run = await desk.start({ ...GIVEN, phase: "run", plan: "plain.yml" }).job;
    expect(run.code, run.stdout).toBe(0);
    const found = await look("2");
    expect(found.outputs.plans).toBe("[]");
    expect(found.summary).toContain("was started by a person");
  });

  it("is told though another plan is wrong, which makes the job red", async () => {
    writeChanges();
    desk.bench.write("changes/wrong.yml", "change-plan: 1\nchange: { id: A, titel: B }\n");
    const job = await look("1");
    expect(job.code).toBe(1);
    expect(plansOf(job.outputs)).toEqual(NOW);
    expect(job.stdout).toMatch(/^::error .*file=changes\/wrong\.yml,line=2/m);
  });

  it("is neither of two plans with one id", async () => {
    desk.bench.write("changes/a.yml", plan("CHG-1", NOW_OPEN));
    desk.bench.write("changes/b.yml", plan("CHG-1", NOW_OPEN));
    desk.bench.commit();
    const job = await look("1");
    expect(job.code).toBe(1);
    expect(job.outputs.plans).toBe("[]");
  });

  it.each(["nowhere", "../", "/etc", "changes/now.yml"])("is not looked for in %s", async (folder) => {
    writeChanges();
    const job = await look("1", 1, { plan: folder });
    expect(job.code).toBe(1);
    expect(job.outputs["reason-code"]).toBe("plan-unreadable");
  });
});
