import { describe, expect, it } from "vitest";
import type { Change } from "../../src/plan/change.ts";
import { renderBoard } from "../../src/report/board.ts";
import { renderIssue } from "../../src/report/issue.ts";
import { renderJson } from "../../src/report/json.ts";
import { buildResult } from "../../src/report/result.ts";
import { Result } from "../../src/report/result-schema.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { makeStep } from "./changes.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { expectInertDocument } from "./inert.ts";
import { EXTRAS, Tale } from "./scenarios.ts";
import { blueGreenChange, wholeChange } from "./whole-change.ts";

const TEAM = ["@octocat", "@acme/platform", "@acme/qa", "@acme/security"];

/** Every name that the plan's author gives is the hostile text. */
function hostileChange(text: string): Change {
  const base = wholeChange();
  const name = text || "x";
  const step = makeStep(name, "run", { undo: "undo", on: "runner" });
  return {
    ...base,
    team: { ...base.team, contacts: [{ name: text, reach: text, test: null }] },
    preflight: { ...base.preflight, checks: base.preflight.checks.map((check) => ({ ...check, name })) },
    verify: base.verify.map((check) => ({ ...check, name })),
    backups: base.backups.map((backup) => ({ ...backup, name })),
    prepare: [step],
    health: { ...base.health, service: base.health.service.map((check) => ({ ...check, name })) },
    triggers: base.triggers.map((trigger, index) => ({
      ...trigger,
      name: `${name}${index}`,
      restore: trigger.restore.length > 0 ? [name] : [],
      respond: trigger.respond.length > 0 ? [step] : [],
      when:
        trigger.when.kind === "check" ? { ...trigger.when, check: name } : { ...trigger.when, label: text },
    })),
  };
}

/** Goes through everything that has a place of its own in a report, up to the question. */
function tellAsked(text: string): Tale {
  const change = hostileChange(text);
  const detail = text.slice(0, 2_000);
  const name = text || "x";
  const tale = new Tale(change).start();
  tale.tell({
    kind: "approved",
    digest: change.digest,
    proof: "github",
    approvals: [{ of: text, by: [text] }],
    attestations: [{ name: text, role: text, by: text }],
    owed: [text],
  });
  const low = { target: null, check: name, verdict: "unhealthy" as const, value: 1, detail };
  const asked = {
    kind: "check-asked" as const,
    check: 0,
    name,
    passed: true,
    targets: 3,
    measurements: [low],
  };
  tale.tell({ kind: "requirement-checked", environment: text, met: true, detail });
  tale.tell({ kind: "gate-passed", detail }).tell({ ...asked, phase: "preflight" });
  tale.survey().tell({ kind: "notice-given", failed: [text] });
  tale.tell({ kind: "baseline-recorded", check: name, value: 7 });
  tale.tell({ kind: "backup-made", backup: name, file: text, sha256: text, bytes: 1, kept: true });
  tale.step({ scope: "prepare", step: 0, target: null, direction: "do" });
  tale
    .tell({ kind: "backups-confirmed", ok: false, detail })
    .tell({ kind: "phase-reached", phase: "prepare" });
  tale
    .once()
    .pass(0)
    .tell({ kind: "service-changed", verdict: "unhealthy", measurements: [low] });
  const fired = { kind: "trigger-fired" as const, reason: detail, by: null, measurements: [low] };
  return tale.tell({ ...fired, trigger: `${name}1`, severity: "warning" });
}

function tellFailed(text: string): Tale {
  const tale = tellAsked(text);
  const name = text || "x";
  const reason = text.slice(0, 2_000);
  tale.tell({ kind: "commanded", command: "continue", by: text, role: text, id: text });
  tale.tell({ kind: "question-expired", trigger: name, otherwise: "continue" });
  for (const index of [2, 0]) {
    const trigger = `${name}${index}`;
    tale.tell({ kind: "trigger-fired", trigger, severity: "critical", reason, by: text, measurements: [] });
  }
  tale.step({ scope: "respond", step: 0, target: null, direction: "do" }, reason);
  tale.tell({ kind: "rollback-failed", target: null, scope: "respond", reason });
  tale.undo("web-01").step({ scope: "before", step: 0, target: null, direction: "undo" });
  tale.step({ scope: "restore", step: 0, target: null, direction: "do" }, reason);
  for (const scope of ["restore", "service", "prepare"] as const)
    tale.tell({ kind: "rollback-failed", target: null, scope, reason });
  return tale.tell({ kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason });
}

describe("hostile names and details of every phase", () => {
  it.each(HOSTILE_CASES)("are shown in issue and summary, and nothing more: %s", (_, text) => {
    for (const { state, timeline } of [tellAsked(text), tellFailed(text)]) {
      const { marker, body, title } = renderIssue(state, timeline, EXTRAS);
      expect(body.length).toBeLessThanOrEqual(60_000);
      expect(title).not.toMatch(/[\p{Cc}\p{Cs}]|@\w|#\d/u);
      const summary = renderSummary(state, timeline, EXTRAS);
      expect(Buffer.byteLength(summary)).toBeLessThan(200_000);
      expectInertDocument(body.slice(marker.length), TEAM);
      expectInertDocument(summary, TEAM);
    }
  });

  it.each(HOSTILE_CASES)("stay within the lines of a board, and obey no terminal: %s", (_, text) => {
    for (const { state, progress, nowMs } of [tellAsked(text), tellFailed(text)]) {
      const lines = renderBoard({ state, progress }, nowMs, {
        columns: 80,
        rows: 20,
        color: false,
        unicode: true,
      });
      for (const line of lines)
        expect(line).not.toMatch(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
      expect(lines.length).toBeLessThanOrEqual(20);
    }
  });

  it.each(HOSTILE_CASES)("make a valid result that no runner obeys: %s", (_, text) => {
    const result = buildResult(tellFailed(text).state, EXTRAS);
    expect(Result.safeParse(result).error).toBeUndefined();
    expect(renderJson(result, 2)).not.toMatch(/##\[|^\s*::|[\p{Cf}]|(?!\n)\p{Cc}/mu);
  });

  it.each(HOSTILE_CASES)("name groups in no other way than as text: %s", (_, text) => {
    const base = blueGreenChange();
    const groups = base.rollout.blueGreen!.groups.map((group, index) => ({
      ...group,
      name: `${text}${index}`,
    }));
    const blueGreen = { ...base.rollout.blueGreen!, groups };
    const tale = new Tale({ ...base, rollout: { ...base.rollout, blueGreen } }).start();
    tale.tell({ kind: "active-observed", group: `${text}0`, detail: text.slice(0, 2_000) });
    tale.tell({ kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason: "" });
    const { state, timeline } = tale;
    const { marker, body } = renderIssue(state, timeline, EXTRAS);
    expectInertDocument(body.slice(marker.length), TEAM);
    expectInertDocument(renderSummary(state, timeline, EXTRAS), TEAM);
  });
});
