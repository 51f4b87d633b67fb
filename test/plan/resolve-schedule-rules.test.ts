import { describe, expect, it } from "vitest";
import type { ScheduleRules, Target } from "../../src/plan/change.ts";
import { explainChange } from "../../src/plan/explain/explain-change.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { resolvePlan } from "../../src/plan/resolve-plan.ts";
import { BIG_BANG, BLUE_GREEN, load, PLAN, SCHEDULE } from "./explain/plans.ts";

const MINUTE = 60_000;
const rulesOf = (text: string): ScheduleRules => {
  const { schedule } = load(text + SCHEDULE).change;
  if (schedule === null) throw new Error("no schedule");
  return schedule;
};

describe("what has to fit into what is left of a window", () => {
  it("is each size of batch at its longest, and a full rollback as explain tells it", () => {
    const { plan, change } = load(PLAN + SCHEDULE);
    const { batches, rollback } = explainChange(plan, change, 0);
    const [one, three] = batches.map(({ worstMs }) => worstMs);
    expect(change.schedule?.batchWorstMs).toEqual({ "1": one, "3": three });
    expect(change.schedule?.rollbackWorstMs).toBe(rollback.worstMs);
  });

  it("is for blue-green the group, its switch and its watch", () => {
    const { plan, change } = load(BLUE_GREEN + SCHEDULE);
    const { phases } = explainChange(plan, change, 0);
    const parts = phases.filter(({ name }) => ["batches", "switch", "watch"].includes(name));
    const total = parts.reduce((sum, { worstMs }) => sum + worstMs, 0);
    expect(parts.length).toBe(3);
    expect(change.schedule?.batchWorstMs).toEqual({ "3": total });
  });

  it("is in a rollback also what the triggers restore, and what the preparation gives back", () => {
    const without = BIG_BANG.replace(", restore: [ledger]", "").replace("irreversible: true", "undo: ./back");
    const withRestore = BIG_BANG.replace("irreversible: true", "undo: ./back");
    const restoring = rulesOf(withRestore).rollbackWorstMs - rulesOf(without).rollbackWorstMs;
    expect(restoring).toBe(2 * 20 * MINUTE);
    const unresumed = withRestore.replace(", finally: ./page off", "");
    expect(rulesOf(withRestore).rollbackWorstMs - rulesOf(unresumed).rollbackWorstMs).toBe(MINUTE);
  });

  it("is in a rollback the deadline of the service once more, which is verified last", () => {
    const service = PLAN.replace("checks: [", "checks: [{ name: orders, scope: service, run: ./count }, ");
    expect(rulesOf(service).rollbackWorstMs - rulesOf(PLAN).rollbackWorstMs).toBe(4 * MINUTE);
  });
});

describe("the limits of a schedule", () => {
  it("are those of the plan, and none is waited for without one", () => {
    expect(rulesOf(PLAN)).toMatchObject({
      outside: "fail",
      waitLimitMs: 0,
      atEnd: "hold",
      budgets: { apply: 30 * MINUTE, verify: 60 * MINUTE },
    });
    const rolling = SCHEDULE.replace("  windows", "  at-end: rollback\n  windows");
    expect(load(PLAN + rolling).change.schedule?.atEnd).toBe("rollback");
  });
});

describe("a hundred thousand targets", () => {
  it("come to a few finite numbers", () => {
    const parsed = parsePlan(PLAN.replace(/hosts: .*/, "from: hosts.csv") + SCHEDULE);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const targets = Array.from({ length: 100_000 }, (_, index): Target => {
      return { name: `t${index}`, host: `t${index}`, zone: null };
    });
    const inputs = { targets, version: "1", environment: "e", digest: "d" };
    const { schedule } = resolvePlan(parsed.plan, inputs);
    const worst = Object.values(schedule?.batchWorstMs ?? {});
    expect(worst.length).toBe(3);
    expect([...worst, schedule?.rollbackWorstMs].every(Number.isFinite)).toBe(true);
  });
});
