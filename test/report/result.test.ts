import { describe, expect, it } from "vitest";
import { stepEnvironment } from "../../src/engine/environment.ts";
import { accountTargets } from "../../src/report/accounting.ts";
import { compareBudgets } from "../../src/report/budgets.ts";
import { listByHand, undoVariables } from "../../src/report/by-hand.ts";
import { exitCode } from "../../src/report/exit-code.ts";
import { renderJson } from "../../src/report/json.ts";
import { buildResult } from "../../src/report/result.ts";
import { Result } from "../../src/report/result-schema.ts";
import { Outcome } from "../../src/rollout/event-parts.ts";
import { makeChange, makeStep } from "./changes.ts";
import {
  EXTRAS,
  SCENARIOS,
  Tale,
  tellIncomplete,
  tellInterrupted,
  tellRollback,
  tellTrigger,
} from "./scenarios.ts";
import { WHOLE_SCENARIOS } from "./tales.ts";

function accountsOf(tale: Tale): Record<string, string> {
  return Object.fromEntries(
    [...accountTargets(tale.state).targets()].map(({ name, account }) => [name, account]),
  );
}

describe("the accounting", () => {
  it.each(Object.entries(SCENARIOS))("counts every target exactly once: %s", (_, tell) => {
    const tale = tell();
    const { counts, batches, targets } = accountTargets(tale.state);
    const all = [...targets()];
    const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const perBatch = batches.flatMap((batch) => Object.values(batch)).reduce((sum, count) => sum + count, 0);
    expect(all.map(({ name }) => name).sort()).toEqual(tale.change.targets.map(({ name }) => name).sort());
    expect([total, perBatch]).toEqual([8, 8]);
  });

  it("calls unknown what is in flight or not proven healthy", () => {
    const {
      "web-02": settling,
      "web-03": inFlight,
      "web-01": done,
      "web-04": next,
    } = accountsOf(tellInterrupted());
    expect({ settling, inFlight, done, next }).toEqual({
      settling: "unknown",
      inFlight: "unknown",
      done: "updated",
      next: "untouched",
    });
  });

  it("calls unknown a failed target whose step still runs", () => {
    const tale = new Tale(makeChange([1])).start().survey().once().open(0).begin("web-01", 0);
    tale.tell({ kind: "target-failed", target: "web-01", cause: "health", reason: "no answer" });
    expect(accountsOf(tale)).toEqual({ "web-01": "unknown" });
  });

  it("calls untouched what turned out never to have started", () => {
    const tale = new Tale(makeChange([1])).start().survey().once().open(0).begin("web-01", 0);
    expect(accountsOf(tale)).toEqual({ "web-01": "unknown" });
    tale.tell({ kind: "resumed", holder: { actor: "a", where: "b" }, writeAhead: "found" });
    expect(accountsOf(tale)).toEqual({ "web-01": "unknown" });
    const run = { scope: "each", step: 0, target: "web-01", direction: "do", run: tale.state.runs } as const;
    tale.tell({ kind: "step-unstarted", ...run });
    expect(accountsOf(tale)).toEqual({ "web-01": "untouched" });
  });

  it("after a trigger has every touched target either rolled back or named for the work by hand", () => {
    for (const tale of [tellRollback(), tellIncomplete()]) {
      const named = [...listByHand(tale.state)].map(({ target }) => target?.name);
      const left = [...accountTargets(tale.state).targets()].filter(
        ({ account, name }) => account !== "untouched" && account !== "rolled-back" && !named.includes(name),
      );
      expect(left).toEqual([]);
    }
  });
});

describe("what is left to do by hand", () => {
  it("is nothing after a complete rollback, nor while one runs", () => {
    expect([...listByHand(tellRollback().state)]).toEqual([]);
    expect([...listByHand(tellTrigger().state)]).toEqual([]);
  });

  it("names the undos that are left, newest first, and the once-steps last", () => {
    const entries = [...listByHand(tellIncomplete().state)];
    expect(
      entries.map(({ target, scope, commands }) => [
        target?.name ?? null,
        scope,
        commands.map(({ step }) => step),
      ]),
    ).toEqual([
      ["web-06", "each", ["Drain"]],
      [null, "before", ["Schema"]],
    ]);
  });

  it("lists all undos again where they have run without success, and says so", () => {
    const tale = tellTrigger();
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: "octocat",
      measurements: [],
    });
    tale
      .undo("web-06")
      .tell({ kind: "rollback-failed", target: "web-06", reason: "undone, but its version is not 4.1.3" });
    tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason: "web-06" });
    const entry = [...listByHand(tale.state)].find(({ target }) => target?.name === "web-06");
    expect(entry).toMatchObject({ undone: true, commands: [{ step: "Install" }, { step: "Drain" }] });
  });

  it("names every touched target of a frozen change, and the step without a way back", () => {
    const burn = makeStep("Burn", "burn", { irreversible: true });
    const change = makeChange([1, 1], { apply: { before: [], each: [burn], after: [] } });
    const tale = new Tale(change).start().survey().pass(0);
    tale.tell({
      kind: "trigger-fired",
      trigger: "outage",
      severity: "critical",
      reason: "down",
      by: null,
      measurements: [],
    });
    tale.tell({
      kind: "finished",
      outcome: "frozen",
      reasonCode: "irreversible",
      reason: "step Burn has run",
    });
    expect([...listByHand(tale.state)]).toMatchObject([
      { target: { name: "web-01" }, commands: [{ step: "Burn", run: null }], undone: false },
    ]);
  });
});

describe("times against budgets", () => {
  it("are none before a trigger", () => {
    expect(compareBudgets(tellTrigger().state)).toBeNull();
  });

  it("are within, over or not reached", () => {
    const verdicts = (tale: Tale) =>
      compareBudgets(tale.state)?.rows.map(({ phase, verdict }) => [phase, verdict]);
    expect(verdicts(tellIncomplete())).toEqual([
      ["decide", "within"],
      ["announce", "not reached"],
      ["restore", "over"],
      ["verify", "within"],
    ]);
  });

  it("show a running phase as over as soon as it is", () => {
    const tale = tellTrigger();
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: null,
      measurements: [],
    });
    const decide = (afterMs: number) => compareBudgets(tale.state, tale.nowMs + afterMs)?.rows[0];
    expect(decide(300_000)).toMatchObject({ phase: "decide", tookMs: null, verdict: "not reached" });
    expect(decide(300_001)).toMatchObject({ phase: "decide", tookMs: null, verdict: "over" });
  });

  it("count the review from the end of the rollback", () => {
    const { state } = tellRollback();
    expect(compareBudgets(state)?.reviewDueMs).toBe(state.rollback!.times.verifiedMs! + 86_400_000);
  });
});

describe("the result", () => {
  it("has an exit code for every outcome, and none of them is that of a usage error", () => {
    const codes = Object.fromEntries(Outcome.options.map((outcome) => [outcome, exitCode(outcome)]));
    expect(codes).toEqual({
      succeeded: 0,
      rejected: 2,
      "rolled-back": 3,
      "rollback-incomplete": 4,
      frozen: 4,
      held: 5,
      interrupted: 5,
    });
  });

  it("is valid at every event of every change", () => {
    for (const tell of Object.values({ ...SCENARIOS, ...WHOLE_SCENARIOS })) {
      const whole = tell();
      const tale = new Tale(whole.change);
      expect(Result.safeParse(buildResult(tale.state, EXTRAS)).success).toBe(true);
      for (const { at, ...fact } of whole.events) {
        tale.tell(fact, Date.parse(at) - tale.nowMs);
        expect(Result.safeParse(buildResult(tale.state, EXTRAS)).error).toBeUndefined();
      }
    }
  });

  it("has no outcome while it runs, and is interrupted when the run was", () => {
    expect(buildResult(tellTrigger().state, EXTRAS)).toMatchObject({ outcome: null, phase: "updating" });
    expect(buildResult(tellInterrupted().state, EXTRAS)).toMatchObject({
      outcome: "interrupted",
      reasonCode: "interrupted",
      reason: "SIGINT: the run was cancelled",
    });
  });

  it("keeps what matters most when it is bounded, and says how much is missing", () => {
    const result = buildResult(tellIncomplete().state, { ...EXTRAS, rowsMax: 2 });
    expect(result.targets.map(({ name, status }) => [name, status])).toEqual([
      ["web-01", "rolled-back"],
      ["web-06", "failed"],
    ]);
    expect(result.leftOut).toEqual({ batches: 1, targets: 6, byHand: 0, warnings: 0 });
    expect(result.counts.failed).toBe(1);
    const interrupted = buildResult(tellInterrupted().state, { ...EXTRAS, rowsMax: 2 });
    expect(interrupted.targets.map(({ name }) => name)).toEqual(["web-02", "web-03"]);
  });
});

describe("the JSON of it", () => {
  it("is the same value, with nothing in it that a runner or a terminal obeys", () => {
    const value = {
      a: "##[error]x",
      b: "::error::y",
      c: "\u202eabc\u200b",
      d: "\u001b[31m\ud83d",
      e: "###[",
      f: "\u{e0041}",
    };
    const text = renderJson(value, 2);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).not.toMatch(/##\[|^\s*::|[\p{Cf}]|(?!\n)\p{Cc}/mu);
  });
});

describe("the variables of an undo by hand", () => {
  it("are those that the engine gives to the same step", () => {
    const { state } = tellIncomplete();
    for (const entry of listByHand(state)) {
      expect(undoVariables(state.change, entry)).toEqual(stepEnvironment(state, entry.target?.name ?? null));
    }
  });
});
