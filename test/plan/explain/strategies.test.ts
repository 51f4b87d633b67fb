import { describe, expect, it } from "vitest";
import { explainChange } from "../../../src/plan/explain/explain-change.ts";
import { BIG_BANG, BLUE_GREEN, load, PLAN } from "./plans.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const explain = (text: string) => {
  const { plan, change } = load(text);
  return explainChange(plan, change, 0);
};

describe("a blue-green change", () => {
  it("changes the idle group, switches, watches, and keeps the other group after the end", () => {
    const { phases, expectedMs, keepMs } = explain(BLUE_GREEN);
    expect(phases.map(({ name, expectedMs: ms }) => [name, ms])).toEqual([
      ["survey", 3 * SECOND],
      ["before", MINUTE],
      // Three targets, two side by side, and the last ones settle for 30 s.
      ["batches", 2 * 30 * SECOND + 30 * SECOND],
      ["switch", 3 * SECOND + 3 * SECOND],
      ["watch", 10 * MINUTE],
      ["after", 6 * SECOND],
      ["keep", 24 * 60 * MINUTE],
    ]);
    const ends = phases.at(-1)?.startMs;
    expect({ expectedMs, keepMs }).toEqual({ expectedMs: ends, keepMs: 24 * 60 * MINUTE });
  });

  it("has its two groups as alternatives, for either may be the idle one", () => {
    const { batches, targetCount } = explain(BLUE_GREEN);
    expect(batches.map(({ number, group, targets }) => [number, group, targets])).toEqual([
      [1, "blue", ["blue-1", "blue-2", "blue-3"]],
      [1, "green", ["green-1", "green-2", "green-3"]],
    ]);
    expect(new Set(batches.map(({ startMs }) => startMs)).size).toBe(1);
    expect(targetCount).toBe(6);
  });

  it("does not depend on the order of the groups in the plan", () => {
    const [green, blue] = BLUE_GREEN.split("\n").filter((line) => line.includes("hosts:"));
    const swapped = BLUE_GREEN.replace(`${green}\n${blue}`, `${blue}\n${green}`);
    expect(swapped).not.toBe(BLUE_GREEN);
    expect(explain(swapped)).toEqual(explain(BLUE_GREEN));
  });

  it("rolls back by switching back, then undoing the group that was idle", () => {
    const { rollback, rollbackOrder } = explain(BLUE_GREEN);
    expect(rollbackOrder.map(({ scope, name }) => `${name} (${scope})`)).toEqual([
      "Cache (after)",
      "Swing (switch)",
      "Install (each)",
      "Schema (before)",
    ]);
    // Three tries each, with 1 s and 2 s between them; of three targets 34 % are one at a time.
    const tries = (timeoutMs: number) => 3 * timeoutMs + 3 * SECOND;
    const once = tries(MINUTE) + tries(30 * SECOND) + tries(10 * MINUTE);
    expect(rollback.worstMs).toBe(once + 3 * tries(5 * MINUTE) + 4 * MINUTE);
  });
});

describe("a big bang", () => {
  it("is one batch of all targets, which settle while the others are changed", () => {
    const { batches } = explain(BIG_BANG);
    expect(batches.map(({ number, targets }) => [number, targets.length])).toEqual([[1, 3]]);
  });

  it("reckons with the restore that a trigger asks for, and undoes what came before it", () => {
    const { rollback, irreversible, rollbackOrder } = explain(BIG_BANG);
    expect(irreversible).toEqual([{ scope: "after", name: "Migrate" }]);
    expect(rollbackOrder).toEqual([{ scope: "each", name: "Upgrade" }]);
    const unrestored = explain(BIG_BANG.replace(", restore: [ledger]", ""));
    expect(rollback.worstMs - unrestored.rollback.worstMs).toBe(2 * 20 * MINUTE);
  });
});

describe("an irreversible step", () => {
  const backups = "backups: [{ name: db, run: ./dump, verify: ./list, keep: ./copy, fetch: ./get }]\n";
  const undone = (text: string) => explain(text + backups).rollbackOrder.map(({ name }) => name);
  const early = PLAN.replace("undo: ./migrate down", "irreversible: true");
  const midway = PLAN.replace("read-only: true", "irreversible: true");

  it("leaves nothing to undo where it comes first", () => {
    expect(undone(early)).toEqual([]);
    expect(explain(early + backups).rollback.worstMs).toBe(0);
  });

  it("leaves only what precedes it, on the targets that may have come so far", () => {
    expect(undone(midway)).toEqual(["Install", "Schema"]);
    const [all, few] = [PLAN, midway].map((text) => explain(text + backups).rollback.worstMs);
    expect(few).toBeLessThan(all ?? 0);
  });

  it("does not stop a rollback where a trigger restores a backup", () => {
    const triggers =
      "triggers: [{ name: lost, severity: critical, when: { check: alive }, restore: [db] }]\n";
    const restoring = backups.replace("fetch: ./get", "fetch: ./get, restore: ./put");
    const { rollbackOrder } = explain(early + restoring + triggers);
    expect(rollbackOrder.map(({ name }) => name)).toEqual(["Cache", "Install"]);
  });
});

describe("the triggers of a change", () => {
  it("are told with what they measure, and warnings with what nobody's answer means", () => {
    const text = `${PLAN.replace("checks: [", "checks: [{ name: load, run: ./load, below: 80 }, ")}
team: { security: ["@org/security"] }
triggers:
  - { name: overload, severity: critical, when: { check: load, above: 95, for: 10m, share: 50% }, tell: [security] }
  - { name: complaints, severity: warning, when: { issues-labelled: incident, more-than: 5 } }
on-warning: { ask: 20m, otherwise: hold }
`;
    const { triggers, onWarning } = explain(text);
    expect(triggers).toMatchObject([
      {
        when: { kind: "check", check: "load", above: { value: 95 }, forMs: 10 * MINUTE, sharePercent: 50 },
        tell: ["security"],
      },
      { severity: "warning", when: { kind: "issues", label: "incident", moreThan: 5 } },
    ]);
    expect(onWarning).toEqual({ askMs: 20 * MINUTE, otherwise: "hold" });
    expect(explain(PLAN).onWarning).toBeNull();
  });
});
