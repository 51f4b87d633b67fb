import { describe, expect, it } from "vitest";
import { describeEvent } from "../../src/report/describe-event.ts";
import { eventLevel } from "../../src/report/event-level.ts";
import { openLog, renderLines } from "../../src/report/lines.ts";
import type { Fact } from "../../src/rollout/decide.ts";
import { ChangeEvent } from "../../src/rollout/events.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { makeChange } from "./changes.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { PHASE_LINES } from "./phase-lines.ts";

const change = makeChange([1, 3, 4]);
const holder = { actor: "octocat", where: "pid 7 on runner" };
const run = { scope: "each", step: 1, target: "web-03", direction: "do", run: 4 } as const;
const onceUndo = { scope: "before", step: 0, target: null, direction: "undo", run: 5 } as const;
const sample = {
  target: "web-03",
  check: "alive",
  verdict: "unhealthy",
  value: 503,
  detail: "not 200",
} as const;

function stamp(fact: Fact): ChangeEvent {
  return ChangeEvent.parse({ ...fact, at: "2026-11-27T18:00:00.000Z" });
}

const attempt = {
  kind: "attempt-started",
  attempt: 2,
  change: "CHG-1",
  environment: "production",
  version: "2.0",
  digest: "3f".repeat(32),
  commit: null,
  holder,
} as const;

const LINES: readonly (readonly [string, string, Fact])[] = [
  [
    "info",
    "Attempt 2 started: CHG-1 to version 2.0 in production, by octocat (pid 7 on runner), digest 3f3f3f3f3f3f",
    attempt,
  ],
  ["info", "Resumed by octocat (pid 7 on runner)", { kind: "resumed", holder, writeAhead: "found" }],
  [
    "warning",
    "Resumed by octocat (pid 7 on runner); facts since the last flush are lost, so what was open is in doubt",
    { kind: "resumed", holder, writeAhead: "missing" },
  ],
  [
    "warning",
    "Lease taken over from octocat (pid 7 on runner): process gone",
    { kind: "lease-taken-over", from: holder, proof: "process gone" },
  ],
  ["detail", "web-03: version 1.0 recorded", { kind: "version-recorded", target: "web-03", version: "1.0" }],
  [
    "warning",
    "web-03: version could not be read: exit 1",
    { kind: "version-unreadable", target: "web-03", detail: "exit 1" },
  ],
  [
    "info",
    "Batch 2 of 3 opened: web-02, web-03",
    { kind: "batch-opened", batch: 1, targets: ["web-02", "web-03"] },
  ],
  ["info", "Batch 2 of 3 is healthy, bake time of 2 min started", { kind: "bake-started", batch: 1 }],
  ["info", "Batch 2 of 3 passed", { kind: "batch-passed", batch: 1 }],
  ["detail", 'web-03: step "Install" started', { kind: "step-started", ...run }],
  ["detail", 'web-03: step "Install" finished in 1.2 s', { kind: "step-finished", ...run, ms: 1_234 }],
  [
    "info",
    'Undo of step "Schema" (before, once) finished in 2 min 5 s',
    { kind: "step-finished", ...onceUndo, ms: 125_000 },
  ],
  [
    "info",
    "Finally of step 1 (prepare, once) finished in 2 min 5 s",
    { kind: "step-finished", ...onceUndo, scope: "prepare", ms: 125_000 },
  ],
  [
    "warning",
    'web-03: step "Install" failed after 1.2 s: exit 1',
    { kind: "step-failed", ...run, ms: 1_234, detail: "exit 1" },
  ],
  [
    "warning",
    'web-03: step "Install" was interrupted and may be half done: no details',
    { kind: "step-interrupted", ...run, detail: "" },
  ],
  ["detail", 'web-03: step "Install" turns out never to have started', { kind: "step-unstarted", ...run }],
  [
    "detail",
    "web-03: healthy",
    { kind: "health-changed", target: "web-03", verdict: "healthy", measurements: [] },
  ],
  [
    "warning",
    "web-03: unhealthy; alive: measured 503, not 200",
    { kind: "health-changed", target: "web-03", verdict: "unhealthy", measurements: [sample] },
  ],
  [
    "warning",
    "web-03: failed: not healthy",
    { kind: "target-failed", target: "web-03", cause: "health", reason: "not healthy" },
  ],
  [
    "critical",
    "Trigger manual fired (critical, by octocat): seen enough",
    {
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "seen enough",
      by: "octocat",
      measurements: [],
    },
  ],
  [
    "info",
    "Announced: https://github.com/acme/shop/issues/7",
    { kind: "announced", url: "https://github.com/acme/shop/issues/7" },
  ],
  ["warning", "Announcing failed: 403", { kind: "announce-failed", detail: "403" }],
  [
    "detail",
    "web-03: version 1.0 is back",
    { kind: "version-verified", target: "web-03", ok: true, version: "1.0" },
  ],
  [
    "warning",
    "web-03: version 2.0 after the undo is not the one recorded before",
    { kind: "version-verified", target: "web-03", ok: false, version: "2.0" },
  ],
  ["info", "web-03: rolled back and verified", { kind: "target-rolled-back", target: "web-03" }],
  [
    "critical",
    "web-03 could not be rolled back: exit 7",
    { kind: "rollback-failed", target: "web-03", reason: "exit 7" },
  ],
  [
    "critical",
    "What runs once (after) could not be rolled back: exit 7",
    { kind: "rollback-failed", target: null, scope: "after", reason: "exit 7" },
  ],
  ["info", "Rollback tried again by octocat", { kind: "rollback-retried", by: "octocat" }],
  ["warning", "Interrupted: SIGTERM", { kind: "interrupted", cause: "SIGTERM" }],
  [
    "critical",
    "Finished: rollback incomplete (by-hand): web-03",
    { kind: "finished", outcome: "rollback-incomplete", reasonCode: "by-hand", reason: "web-03" },
  ],
  [
    "success",
    "Finished: succeeded (all-updated): all",
    { kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason: "all" },
  ],
  ["detail", "Reported: .change-deploy/issues/1.md", { kind: "reported", url: ".change-deploy/issues/1.md" }],
];

describe("the line of an event", () => {
  it.each(LINES)("has the level %s and reads %s", (level, line, fact) => {
    const event = stamp(fact);
    expect(describeEvent(event, change)).toBe(line);
    expect(eventLevel(event)).toBe(level);
  });

  it("covers every kind of event", () => {
    const told = new Set([...LINES, ...PHASE_LINES].map(([, , fact]) => fact.kind));
    const kinds = ChangeEvent.options.map((option) => option.shape.kind.value);
    expect(kinds.filter((kind) => !told.has(kind))).toEqual([]);
  });

  it("knows a step by its place where the change is not at hand", () => {
    expect(describeEvent(stamp({ kind: "step-started", ...run }))).toBe("web-03: step 2 started");
  });

  it("shortens a long list of targets and says how many more there are", () => {
    const targets = Array.from({ length: 1_208 }, (_, index) => `w${index + 1}`);
    const line = describeEvent(stamp({ kind: "batch-opened", batch: 0, targets }));
    expect(line).toBe("Batch 1 opened: w1, w2, w3, w4, w5, w6, w7, w8 and 1,200 more");
  });
});

describe("outside text in a line", () => {
  it.each(HOSTILE_CASES)("stays one inert line: %s", (_, hostile) => {
    const detail = hostile.slice(0, 2_000);
    const target = hostile.slice(0, 100) || "x";
    const facts: Fact[] = [
      { kind: "step-failed", ...run, target, ms: 1, detail },
      { kind: "target-failed", target, cause: "step", reason: detail },
      { kind: "interrupted", cause: detail },
      { kind: "announced", url: detail },
      { kind: "version-recorded", target, version: hostile.slice(0, 500) },
      { kind: "finished", outcome: "held", reasonCode: target, reason: detail },
      {
        ...attempt,
        change: target,
        version: target,
        digest: target,
        holder: { actor: target, where: detail },
      },
    ];
    for (const fact of facts) {
      const event = { ...fact, at: "2026-11-27T18:00:00.000Z" } as ChangeEvent;
      const line = describeEvent(event, change);
      expect(line).not.toMatch(
        /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|^\s*::|##\[|@\w|#\d|[\u202a-\u202e\u2066-\u2069]/u,
      );
      expect([...line].length).toBeLessThan(1_000);
      for (const { text } of renderLines(event, openState(change), openLog())) {
        expect(text).not.toMatch(/[\p{Cc}]|^\s*::|##\[/u);
      }
    }
  });
});
