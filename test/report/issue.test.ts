import { describe, expect, it } from "vitest";
import { issueMarker, renderIssue } from "../../src/report/issue.ts";
import { keepTicks } from "../../src/report/owed.ts";
import { renderSummary } from "../../src/report/summary.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { makeChange, makeStep } from "./changes.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { expectInertDocument } from "./inert.ts";
import { EXTRAS, Tale, tellIncomplete, tellRollback, tellSuccess, tellTrigger } from "./scenarios.ts";

const NOTHING = { journalRef: null, journalRemote: null, runUrl: null, issueUrl: null, reportPath: null };

/** A change in which every text that is not ours is the hostile one. */
function tellHostile(text: string): Tale {
  const detail = text.slice(0, 2_000);
  const step = makeStep(text, "run", { undo: `undo ${text}` });
  const base = makeChange([2]);
  const names = [`${text}-a`, `${text}-b`];
  const change = {
    ...base,
    title: text,
    summary: text,
    ticket: text,
    environment: text.slice(0, 100),
    version: text,
    targets: names.map((name) => ({ name, host: text, zone: text })),
    rollout: { ...base.rollout, batches: [names] },
    apply: { before: [], each: [step], after: [] },
  };
  const tale = new Tale(change).start();
  for (const target of names) tale.tell({ kind: "version-recorded", target, version: text.slice(0, 500) });
  tale.open(0).update(names[0]!).health(names[0]!, "unhealthy", detail);
  const measurements = [{ target: names[0]!, check: text, verdict: "unhealthy" as const, value: 1, detail }];
  tale.tell({
    kind: "trigger-fired",
    trigger: text,
    severity: "critical",
    reason: detail,
    by: text,
    measurements,
  });
  tale.undo(names[0]!, detail).tell({ kind: "rollback-failed", target: names[0]!, reason: detail });
  return tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: text, reason: detail });
}

function tellMany(count: number, name = (index: number) => `web-${index}.example.com`): Tale {
  const base = makeChange([1]);
  const targets = Array.from({ length: count }, (_, index) => ({
    name: name(index),
    host: "10.0.0.1",
    zone: null,
  }));
  const names = targets.map((target) => target.name);
  const change = { ...base, targets, rollout: { ...base.rollout, batches: names.map((one) => [one]) } };
  const tale = new Tale(change).start();
  for (const batch of names.keys()) tale.pass(batch);
  tale.tell({
    kind: "trigger-fired",
    trigger: "manual",
    severity: "critical",
    reason: "no",
    by: "octocat",
    measurements: [],
  });
  for (const target of names) {
    tale
      .undo(target, "exit 7: no space left on device")
      .tell({ kind: "rollback-failed", target, reason: "undo failed" });
  }
  return tale.tell({
    kind: "finished",
    outcome: "rollback-incomplete",
    reasonCode: "by-hand",
    reason: names.slice(0, 20).join(),
  });
}

describe("the marker", () => {
  it("differs between changes, and is the first line of the body", () => {
    const { marker, body } = renderIssue(tellRollback().state, tellRollback().timeline, EXTRAS);
    expect(marker).toBe("<!-- change-deploy: production/CHG-2026-0142 -->");
    expect(body.startsWith(`${marker}\n`)).toBe(true);
    expect(issueMarker("a/b", "c")).not.toBe(issueMarker("a", "b/c"));
    expect(issueMarker("a", "b c")).not.toBe(issueMarker("a", "b%20c"));
  });

  it.each(HOSTILE_CASES)("is one closed comment with the id %s", (_, text) => {
    expect(issueMarker(text.slice(0, 100), text.slice(0, 100))).toMatch(/^<!-- (?:(?!--|[<>]).)* -->$/u);
  });
});

describe("hostile text in an issue and a summary", () => {
  it.each(HOSTILE_CASES)("is shown, and nothing more: %s", (_, text) => {
    const { state, timeline } = tellHostile(text);
    const { marker, title, body } = renderIssue(state, timeline, EXTRAS);
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(title).not.toMatch(/[\p{Cc}\p{Cs}]|@\w|#\d/u);
    expect([...title].length).toBeLessThanOrEqual(200);
    for (const document of [body.slice(marker.length), renderSummary(state, timeline, EXTRAS)]) {
      expectInertDocument(document);
    }
  });
});

describe("the size of an issue and a summary", () => {
  it("is bounded with 5,000 targets in as many batches, and says what is missing", () => {
    const { state, timeline } = tellMany(5_000);
    const { body } = renderIssue(state, timeline, EXTRAS);
    const summary = renderSummary(state, timeline, EXTRAS);
    expect(body.length).toBeLessThanOrEqual(60_000);
    expect(Buffer.byteLength(summary)).toBeLessThan(200_000);
    for (const heading of [
      "What triggered it",
      "Left to do by hand",
      "Batches",
      "Targets",
      "Timeline",
      "Where to look",
    ]) {
      expect(body).toContain(`## ${heading}`);
    }
    for (const noun of ["batches", "targets", "entries"]) {
      expect(body).toMatch(new RegExp(`_[\\d,]+ more ${noun} left out here`, "u"));
    }
    expect(body.length).toBeGreaterThan(50_000);
  });

  it("is bounded in bytes when every character takes three or four", () => {
    const { state, timeline } = tellMany(400, (index) => `호스트😀-${index}-${"가".repeat(60)}`);
    expect(renderIssue(state, timeline, EXTRAS).body.length).toBeLessThanOrEqual(60_000);
    expect(Buffer.byteLength(renderSummary(state, timeline, EXTRAS))).toBeLessThan(200_000);
  });

  it("stays within its bound with undos as long as a plan can be", () => {
    const each = [
      makeStep("Long", "run", { undo: "x".repeat(200_000) }),
      makeStep("Longish", "run", { undo: "y".repeat(1_900) }),
    ];
    const change = { ...makeChange([1]), apply: { before: [], each, after: [] } };
    const tale = new Tale(change).start().open(0).update("web-01");
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: null,
      measurements: [],
    });
    tale.tell({ kind: "rollback-failed", target: "web-01", reason: "no" });
    tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason: "web-01" });
    const { body } = renderIssue(tale.state, tale.timeline, EXTRAS);
    expect(body).toContain("too long to be shown: take it from the plan with digest 3f3f");
    expect(body).toContain("y".repeat(1_900));
  });
});

describe("an issue", () => {
  it("can be written before anything happened, and without any place to look", () => {
    const tale = new Tale(makeChange([1]));
    const { title, body, labels } = renderIssue(tale.state, tale.timeline, NOTHING);
    expect(title).toBe("[production] CHG-2026-0142 is under way: Checkout 4.2.0");
    expect(body).toContain("Under way: waiting");
    expect(labels).toEqual(["change-deploy"]);
  });

  it("asks for the work by hand first, with values that no shell takes apart", () => {
    const tale = new Tale(makeChange([1])).start();
    tale.tell({ kind: "version-recorded", target: "web-01", version: "1.0'; rm -rf / #$(x)" });
    tale.once().open(0).update("web-01");
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: null,
      measurements: [],
    });
    tale.tell({ kind: "rollback-failed", target: "web-01", reason: "no" });
    tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason: "web-01" });
    const { body } = renderIssue(tale.state, tale.timeline, EXTRAS);
    expect(body).toContain("PREVIOUS_VERSION='1.0'\\''; rm -rf / #$(x)' BACKUP_FILE=''\n");
    expect(body).toContain("- [ ] **Put back by hand what is left**, now: as listed above");
  });

  it("does not let a version with a line end into the commands", () => {
    const tale = new Tale(makeChange([1])).start();
    tale.tell({ kind: "version-recorded", target: "web-01", version: "1.0\nreboot" });
    tale.once().open(0).update("web-01");
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: null,
      measurements: [],
    });
    tale.tell({ kind: "rollback-failed", target: "web-01", reason: "no" });
    tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason: "web-01" });
    const { body } = renderIssue(tale.state, tale.timeline, EXTRAS);
    expect(body).toContain("# PREVIOUS_VERSION holds what cannot be shown: take it from the journal.");
    expect(body).not.toMatch(/^reboot/mu);
  });

  it("keeps the ticks that people have set, though due times move", () => {
    const earlier = tellTrigger();
    earlier.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: null,
      measurements: [],
    });
    const before = renderIssue(earlier.state, earlier.timeline, EXTRAS).body;
    const ticked = before.replace("- [ ] **Users told**", "- [x] **Users told**");
    const { body } = renderIssue(tellIncomplete().state, tellIncomplete().timeline, EXTRAS);
    const written = keepTicks(body, ticked);
    expect(written).toContain("- [x] **Users told**, by");
    expect(written.match(/- \[ \]/gu)).toHaveLength(4);
    expect(keepTicks(body, before)).toBe(body);
  });
});

describe("a summary", () => {
  it.each([
    ["success", tellSuccess, "A re-run says so and does nothing."],
    ["rollback", tellRollback, "A re-run starts a new attempt from the first batch."],
    ["incomplete rollback", tellIncomplete, "A re-run tries again to roll back what is left."],
  ])("says after a %s what a re-run will do", (_, tell, words) => {
    const tale = tell();
    expect(renderSummary(tale.state, tale.timeline, EXTRAS)).toContain(words);
  });

  it("does not change the state that it shows", () => {
    const tale = tellIncomplete();
    const before = snapshotOf(tale.state);
    renderSummary(tale.state, tale.timeline, EXTRAS);
    renderIssue(tale.state, tale.timeline, EXTRAS);
    expect(snapshotOf(tale.state)).toEqual(before);
  });
});

function snapshotOf(state: ChangeState): unknown {
  return structuredClone(state);
}
