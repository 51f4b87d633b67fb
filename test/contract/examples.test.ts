import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { previewChange } from "../../src/compose/preview-change.ts";
import { explainChange } from "../../src/plan/explain/explain-change.ts";
import { listFiles } from "./tree.ts";

/** The dates in the examples are later, so they stay right whenever this runs. */
const NOW = Date.parse("2026-11-22T12:00:00Z");
const SCHEMA_LINE = "# yaml-language-server: $schema=../../dist/change-plan.schema.json";
const plans = listFiles("examples/**/*.yml").filter((file) =>
  /^change-plan: 1$/m.test(readFileSync(file, "utf8")),
);
/** Read, not run here: they name hosts and commands of their reader. */
const told = [
  "big-bang",
  "blue-green",
  "database-schema",
  "emergency-patch",
  "erp-weekend",
  "kubernetes",
  "rolling-ssh",
].map((name) => `examples/${name}/plan.yml`);

async function preview(file: string) {
  const planPath = path.resolve(file);
  const files = { planPath, root: path.dirname(planPath) };
  const found = await previewChange(
    { ...files, environment: "production", version: "2.0", commit: null, listTargets: null },
    NOW,
  );
  if (!found.ok || found.change === null)
    throw new Error(`${file}: ${JSON.stringify(found.issues, null, 2)}`);
  return { plan: found.plan, change: found.change, issues: found.issues };
}

describe("the examples", () => {
  it("are one for each kind of change, and those that run on this machine", () => {
    expect(plans).toEqual(expect.arrayContaining(told));
    expect(plans.length).toBeGreaterThan(told.length);
  });

  it.each(plans)("%s is valid with its files, without a warning, before its windows", async (file) => {
    const { issues } = await preview(file);
    expect(issues).toEqual([]);
  });

  it.each(plans)("%s fits its window and its budgets at worst", async (file) => {
    const { plan, change } = await preview(file);
    const { window, budgets } = explainChange(plan, change, NOW);
    expect(window?.fits).toBe(true);
    expect(budgets.filter(({ budgetMs, worstMs }) => worstMs > budgetMs)).toEqual([]);
  });

  it.each(told)("%s tells an editor its schema, and a reader what it is for", (file) => {
    const [first, second, third] = readFileSync(file, "utf8").split("\n");
    expect([first, second]).toEqual([SCHEMA_LINE, "#"]);
    expect(third).toMatch(/^# \w/);
  });

  it("have a place in their README", () => {
    const readme = readFileSync("examples/README.md", "utf8");
    expect(plans.filter((file) => !readme.includes(file.slice("examples/".length)))).toEqual([]);
  });

  it("have an id each", async () => {
    const ids = await Promise.all(plans.map(async (file) => (await preview(file)).change.id));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("the two situations of the procedure", () => {
  it("include a security patch in office hours: server by server, people told half an hour before", async () => {
    const { plan, change } = await preview("examples/emergency-patch/plan.yml");
    expect(plan.change.type).toBe("emergency");
    expect(plan.notify?.before).toBe(30 * 60_000);
    expect(change.rollout.batches.every((batch) => batch.length === 1)).toBe(true);
    expect(change.rollout.maxUnavailable).toBe(1);
  });

  it("include an ERP upgrade from Friday 18:00 to Sunday 12:00, with checkpoints, backups and a budget for each phase", async () => {
    const { plan, change } = await preview("examples/erp-weekend/plan.yml");
    expect(plan.schedule?.windows).toEqual([{ from: "2027-03-05T18:00", to: "2027-03-07T12:00" }]);
    expect(new Date("2027-03-05T18:00Z").getUTCDay()).toBe(5);
    expect(Object.keys(plan.schedule?.budgets ?? {})).toEqual([
      "prepare",
      "backup",
      "apply",
      "verify",
      "resume",
    ]);
    expect(plan.backups.map(({ name }) => name)).toEqual(["system", "database", "configuration"]);
    const steps = [...change.apply.before, ...change.apply.each, ...change.apply.after];
    expect(steps.filter(({ name }) => name.startsWith("Checkpoint")).length).toBe(3);
  });
});
