import { describe, expect, it } from "vitest";
import { shareRoom } from "../../src/report/fit.ts";
import { openTimeline, recordInTimeline, timelineEntries } from "../../src/report/timeline.ts";
import { makeChange } from "./changes.ts";
import { Tale } from "./scenarios.ts";

function tellOf(total: number): Tale {
  return new Tale(makeChange([total])).start().open(0);
}

describe("a timeline", () => {
  it("keeps every line of a small change, in order", () => {
    const tale = tellOf(3).update("web-01").health("web-01", "unhealthy").health("web-01", "healthy");
    const lines = [...timelineEntries(tale.timeline)];
    expect(lines).toMatchObject([
      { position: 1, level: "info" },
      { position: 2, level: "info" },
      { position: 3, level: "warning", text: "web-01: unhealthy; alive: measured 42, 200" },
    ]);
  });

  it("stays small with ten thousand lines, keeps the bad news, and counts what it drops", () => {
    const timeline = openTimeline(makeChange([1]));
    const at = "2026-11-27T18:00:00.000Z";
    for (let index = 0; index < 10_000; index++) {
      if (index === 5_000)
        recordInTimeline(timeline, { kind: "announce-failed", at, detail: "GitHub is down" });
      recordInTimeline(timeline, { kind: "target-rolled-back", at, target: `web-${index}` });
    }
    recordInTimeline(timeline, { kind: "interrupted", at, cause: "SIGTERM" });
    const entries = [...timelineEntries(timeline)];
    const lines = entries.filter((entry) => typeof entry !== "number");
    const dropped = entries
      .filter((entry) => typeof entry === "number")
      .reduce((sum, count) => sum + count, 0);
    expect(lines.length).toBe(181);
    expect(lines.length + dropped).toBe(timeline.total);
    expect(lines.map(({ position }) => position)).toEqual(
      lines.map(({ position }) => position).sort((a, b) => a - b),
    );
    expect(lines.map(({ text }) => text)).toContain("Announcing failed: GitHub is down");
    expect(lines.at(-1)?.text).toBe("Interrupted: SIGTERM");
  });

  it("keeps what each undo gave, the last word of each step, and finds room for failures", () => {
    const tale = tellOf(2_500);
    const names = tale.change.targets.map(({ name }) => name);
    for (const name of names) tale.begin(name, 0);
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: null,
      measurements: [],
    });
    const undo = (target: string) => ({ scope: "each", step: 0, target, direction: "undo", run: 1 }) as const;
    for (const name of names.slice(0, 2_400)) tale.tell({ kind: "step-finished", ...undo(name), ms: 5 }, 1);
    const last = names.at(-1)!;
    tale.tell({ kind: "step-failed", ...undo(last), ms: 5, detail: "first try" });
    tale.tell({ kind: "step-failed", ...undo(last), ms: 7, detail: "second try" });
    const { notes, leftOut } = tale.timeline.undos;
    expect(notes.size).toBe(2_001);
    expect(leftOut).toBe(400);
    expect(notes.get(last)).toEqual([{ step: 0, ms: 7, failure: "second try" }]);
  });

  it("forgets the undos of an earlier attempt, and keeps its lines", () => {
    const tale = tellOf(1).begin("web-01", 0);
    tale.tell({
      kind: "trigger-fired",
      trigger: "manual",
      severity: "critical",
      reason: "no",
      by: null,
      measurements: [],
    });
    tale.undo("web-01").start(2);
    expect(tale.timeline.undos.notes.size).toBe(0);
    expect(tale.timeline.batches.size).toBe(0);
    expect([...timelineEntries(tale.timeline)].length).toBe(4);
  });
});

describe("room that is shared", () => {
  it.each([
    ["all get what they need", [10, 20, 30], 100, [10, 20, 30]],
    ["the modest get all, the others share the rest", [10, 500, 500], 110, [10, 50, 50]],
    ["nobody gets more than is there", [50, 50], 30, [15, 15]],
    ["nothing is shared", [5, 5], 0, [0, 0]],
  ])("%s", (_, needs, room, shares) => {
    expect(shareRoom(needs, room)).toEqual(shares);
  });
});
