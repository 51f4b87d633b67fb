import { describe, expect, it } from "vitest";
import { accountTargets } from "../../src/report/accounting.ts";
import { renderBoard } from "../../src/report/board.ts";
import { listByHand } from "../../src/report/by-hand.ts";
import { renderGantt } from "../../src/report/gantt.ts";
import { renderIssue } from "../../src/report/issue.ts";
import { headline } from "../../src/report/outcome-words.ts";
import { phaseOf } from "../../src/report/phase.ts";
import { progressOf } from "../../src/report/progress.ts";
import { buildResult } from "../../src/report/result.ts";
import { compareStageBudgets, listStages } from "../../src/report/stages-told.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { waitOf } from "../../src/report/waits.ts";
import { replay } from "../../src/rollout/replay.ts";
import { makeStep } from "./changes.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { EXTRAS, Tale, tellSuccess } from "./scenarios.ts";
import {
  tellBlueGreenSuccess,
  tellBreach,
  tellChecked,
  tellDataLoss,
  tellPreflightRejected,
  tellPrepared,
  tellSwitched,
  tellSwitchedBack,
  tellVerificationFailed,
  tellWarning,
  tellWarningAnswered,
  WHOLE_SCENARIOS,
} from "./tales.ts";
import { wholeChange } from "./whole-change.ts";

const BOARD = { columns: 100, rows: 24, color: false, unicode: true };

function statusesOf(tale: Tale): Record<string, string> {
  return Object.fromEntries(listStages(tale.state).map(({ stage, status }) => [stage, status]));
}

describe("the phase of a change", () => {
  it("is told from the gate to the end", () => {
    const seen = new Set<string>();
    const whole = tellWarningAnswered();
    const tale = new Tale(whole.change);
    for (const { at, ...fact } of whole.events) {
      tale.tell(fact, Date.parse(at) - tale.nowMs);
      seen.add(phaseOf(tale.state));
    }
    expect([...seen]).toEqual([
      "at the gate",
      "waiting for the window",
      "checking before the start",
      "recording versions",
      "giving notice",
      "backing up",
      "preparing",
      "before the batches",
      "updating",
      "waiting for health",
      "baking",
      "asking a person",
      "after the batches",
      "verifying",
      "giving the service back",
      "over",
    ]);
  });

  it("is told on the way back, responses and restores included", () => {
    const phases = (tale: Tale) =>
      tale.events.map((_, index) => phaseOf(replay(tale.change, tale.events.slice(0, index + 1))));
    expect(phases(tellBreach())).toContain("responding");
    expect(phases(tellDataLoss())).toEqual(
      expect.arrayContaining(["rolling back", "restoring backups", "giving the service back"]),
    );
    expect(phases(tellSwitched())).toContain("switching");
  });

  it("is behind the gate in journals that know none", () => {
    const tale = new Tale(tellSuccess().change).start().survey().once();
    expect(phaseOf(tale.state)).toBe("before the batches");
    expect(phaseOf(tale.open(0).begin("web-01", 0).state)).toBe("updating");
  });
});

describe("what is waited for", () => {
  it("is the window, the notice, an answer or the bake, until when", () => {
    const window = tellPreparedUntil("window-awaited");
    expect(waitOf(window.state)).toMatchObject({
      kind: "window",
      untilMs: Date.parse("2026-11-27T18:20:00Z"),
    });
    const notice = tellPreparedUntil("notice-given");
    expect(waitOf(notice.state)).toMatchObject({ kind: "notice", untilMs: notice.nowMs + 1_800_000 });
    expect(waitOf(tellWarning().state)).toMatchObject({ kind: "question" });
    expect(waitOf(tellSwitched().state)).toMatchObject({ kind: "bake" });
  });

  it("is what is normal where that takes longer than the notice, and nothing after it nor after the end", () => {
    const notice = tellPreparedUntil("notice-given");
    expect(waitOf(notice.state, notice.nowMs + 1_800_000)).toMatchObject({ kind: "baseline" });
    const served = tellPreparedUntil("baseline-recorded");
    expect(waitOf(served.state, notice.nowMs + 1_800_000)).toBeNull();
    expect(waitOf(tellDataLoss().state)).toBeNull();
  });
});

function tellPreparedUntil(kind: string): Tale {
  const whole = tellPrepared();
  const tale = new Tale(whole.change);
  for (const { at, ...fact } of whole.events) {
    tale.tell(fact, Date.parse(at) - tale.nowMs);
    if (fact.kind === kind) break;
  }
  return tale;
}

describe("the stages", () => {
  it("are all done after a success, and cover its time", () => {
    const { state } = tellWarningAnswered();
    const stages = listStages(state);
    expect(new Set(stages.map(({ status }) => status))).toEqual(new Set(["done"]));
    const total = stages.reduce((sum, { tookMs }) => sum + tookMs, 0);
    expect(total).toBe(state.lastMs - state.startedMs);
  });

  it("stop where a gate said no", () => {
    expect(statusesOf(tellPreflightRejected())).toMatchObject({
      gate: "done",
      checks: "stopped",
      backup: "waiting",
    });
  });

  it("stop where a trigger fired, and go on with the rollback", () => {
    expect(statusesOf(tellDataLoss())).toMatchObject({
      prepare: "done",
      apply: "stopped",
      verify: "waiting",
      rollback: "done",
    });
    expect(statusesOf(tellVerificationFailed())).toMatchObject({
      apply: "done",
      verify: "stopped",
      rollback: "done",
    });
    expect(statusesOf(tellBreach())).toMatchObject({ rollback: "stopped" });
  });

  it("grow with the clock while they are under way", () => {
    const { state, nowMs } = tellChecked();
    const survey = (afterMs: number) =>
      listStages(state, nowMs + afterMs).find(({ stage }) => stage === "survey");
    expect(survey(60_000)).toMatchObject({ status: "under way", tookMs: survey(0)!.tookMs + 60_000 });
  });
});

describe("the plan's budgets", () => {
  it("are compared with what their stages took, also while they run", () => {
    const { state, nowMs } = tellWarning();
    const apply = (afterMs: number) =>
      compareStageBudgets(state, nowMs + afterMs).find(({ budget }) => budget === "apply")?.verdict;
    expect([apply(0), apply(600_000)]).toEqual(["within", "over"]);
  });

  it("are none without a schedule", () => {
    expect(compareStageBudgets(tellSuccess().state)).toEqual([]);
  });
});

describe("two groups", () => {
  it("are counted whole: the live one is untouched, and belongs to no batch", () => {
    const { state } = tellSwitched();
    const { counts, targets } = accountTargets(state);
    expect(counts).toMatchObject({ untouched: 2, updated: 2 });
    const rows = [...targets()].map(({ name, batch }) => [name, batch]);
    expect(rows).toEqual([
      ["green-01", 0],
      ["green-02", 0],
      ["blue-01", null],
      ["blue-02", null],
    ]);
  });

  it("show on the board the one that is changed, from the events and from the journal alike", () => {
    const tale = tellSwitched();
    expect([...tale.progress.batchOf.keys()]).toEqual(["green-01", "green-02"]);
    expect(progressOf(tale.state).total).toEqual(tale.progress.total);
    expect(tale.progress.total.updated).toBe(2);
  });

  it("keep the old one for as long as the plan says, from the end of a success", () => {
    const tale = tellBlueGreenSuccess();
    const endMs = tale.nowMs;
    const keptUntil = new Date(endMs + 86_400_000).toISOString();
    expect(buildResult(tale.state, EXTRAS).groups).toEqual({
      activeBefore: "blue",
      changed: "green",
      switched: true,
      keptUntil,
    });
    expect(buildResult(tellSwitchedBack().state, EXTRAS).groups).toMatchObject({
      switched: false,
      keptUntil: null,
    });
  });
});

describe("what is left by hand of steps that run once", () => {
  it("is each response and restore that failed, to be done rather than undone", () => {
    const entries = [...listByHand(tellBreach().state)];
    expect(
      entries.map(({ scope, commands }) => [
        scope,
        commands.map(({ direction, step }) => `${direction} ${step}`),
      ]),
    ).toEqual([
      ["respond", ["do Isolate"]],
      ["restore", ["do fetch database", "do restore database"]],
    ]);
  });

  it("is the traffic switch that could not be switched back", () => {
    const tale = tellSwitched();
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: "octocat",
      measurements: [],
    });
    tale.tell({ kind: "rollback-failed", target: null, scope: "switch", reason: "exit 7" });
    tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason: "switch" });
    const [first] = [...listByHand(tale.state)];
    expect(first).toMatchObject({
      scope: "switch",
      reason: "exit 7",
      commands: [{ run: "./ops/lb switch-back" }],
    });
  });

  it("is, past an irreversible step, the backup that only a person may decide to restore", () => {
    const base = wholeChange();
    const burn = makeStep("Burn", "burn", { irreversible: true });
    const tale = tellPrepared({ ...base, apply: { ...base.apply, each: [burn] } }).pass(0);
    const fired = { kind: "trigger-fired", severity: "critical", reason: "no", by: null } as const;
    tale.tell({ ...fired, trigger: "verification", measurements: [] });
    tale.tell({ kind: "finished", outcome: "frozen", reasonCode: "irreversible", reason: "Burn has run" });
    const restore = [...listByHand(tale.state)].find(({ scope }) => scope === "restore");
    expect(restore?.commands.map(({ step }) => step)).toEqual(["fetch database", "restore database"]);
    const { body } = renderIssue(tale.state, tale.timeline, EXTRAS);
    expect(body).toContain("only a person can decide so");
    expect(body).toContain("export BACKUP_FILE=/var/lib/change-deploy/database.dump\npg_restore --clean");
  });

  it("is the service that did not recover, with no command for it", () => {
    const tale = tellPrepared().pass(0);
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: "octocat",
      measurements: [],
    });
    tale.undo("web-01").verify("web-01");
    tale.tell({ kind: "rollback-failed", target: null, scope: "service", reason: "orders: 0" });
    tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason: "service" });
    expect([...listByHand(tale.state)]).toMatchObject(
      expect.arrayContaining([expect.objectContaining({ scope: "service", commands: [] })]),
    );
    expect(renderSummary(tale.state, tale.timeline, EXTRAS)).toContain("Look for the cause");
  });

  it("is at once what the preparation restricted, where the change is held for it", () => {
    const tale = tellPrepared().pass(0).pass(1);
    tale.tell({ kind: "rollback-failed", target: null, scope: "prepare", reason: "banner: exit 1" });
    tale.tell({ kind: "finished", outcome: "held", reasonCode: "service-not-resumed", reason: "banner" });
    expect([...listByHand(tale.state)]).toMatchObject([
      { scope: "prepare", reason: "banner: exit 1", commands: [{ run: "./ops/banner off" }] },
    ]);
    expect(headline(tale.state)).toBe("Held: every target is done, and the service could not be given back.");
  });
});

describe("a board of a plan with phases", () => {
  it("is never wider than the terminal nor higher, and keeps the question", () => {
    for (const columns of [40, 80, 120]) {
      const { state, progress, nowMs } = tellWarning();
      const lines = renderBoard({ state, progress }, nowMs, { ...BOARD, columns, rows: 9 });
      expect(lines.length).toBeLessThanOrEqual(9);
      expect(lines.every((line) => [...line].length <= columns)).toBe(true);
      expect(lines.join("\n")).toContain("[c] continue");
    }
  });

  it("says that a budget is passed", () => {
    const { state, progress, nowMs } = tellWarning();
    const at = (afterMs: number) =>
      renderBoard({ state, progress }, nowMs + afterMs, { ...BOARD, columns: 200 }).join("\n");
    expect(at(0)).not.toContain("over budget");
    expect(at(600_000)).toContain("over budget");
  });
});

describe("the picture of the course", () => {
  it.each(HOSTILE_CASES)("has no label that ends a line or a field: %s", (_, label) => {
    const bars = [{ label, startMs: 0, lastsMs: 1_000 }];
    const picture = renderGantt({ title: label, totalMs: 1_000, groups: [{ name: label, bars }] });
    const lines = picture.split("\n");
    expect(lines).toHaveLength(8);
    expect(lines.at(-2)).toMatch(/^ {4}[^:;#%`]+ : 2000-01-01 00:00:00, 2000-01-01 00:00:01$/u);
  });

  it("stands in every summary of a change that has started, beside a table", () => {
    for (const tell of Object.values(WHOLE_SCENARIOS)) {
      const { state, timeline } = tell();
      const summary = renderSummary(state, timeline, EXTRAS);
      expect(summary).toContain("```mermaid\ngantt\n");
      expect(summary).toContain("| Phase | State | Took |");
    }
  });
});

describe("a summary", () => {
  it("shows who approved and who attested what", () => {
    const { state, timeline } = tellPrepared(wholeChange());
    const summary = renderSummary(state, timeline, EXTRAS);
    expect(summary).toContain("| approval | environment production | hubot, monalisa |");
    expect(summary).toContain("| attested by quality | Rollback rehearsed in staging | monalisa |");
  });
});
