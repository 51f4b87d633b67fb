import { describe, expect, it } from "vitest";
import { type LogEntry, openLog, renderLines } from "../../src/report/lines.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { SCENARIOS, type Tale, tellIncomplete, tellTrigger } from "./scenarios.ts";
import { tellWarning } from "./tales.ts";

function logOf(tale: Tale): LogEntry[] {
  const state = openState(tale.change);
  const log = openLog();
  return tale.events.flatMap((event) => renderLines(event, evolve(state, event), log));
}

describe("the groups of a log", () => {
  it.each(Object.entries(SCENARIOS))("open and close in turn, and are closed at the end: %s", (_, tell) => {
    let depth = 0;
    for (const { kind } of logOf(tell())) {
      if (kind === "group-start") depth++;
      if (kind === "group-end") depth--;
      expect(depth === 0 || depth === 1).toBe(true);
    }
    expect(depth).toBe(0);
  });

  it("are one per batch, and one for the rollback", () => {
    const titles = logOf(tellIncomplete()).filter(({ kind }) => kind === "group-start");
    expect(titles.map(({ text }) => text)).toEqual([
      "Batch 1 of 3 (1 target)",
      "Batch 2 of 3 (3 targets)",
      "Batch 3 of 3 (4 targets)",
      "Rollback",
    ]);
  });

  it("never hide a trigger or the outcome", () => {
    let isOpen = false;
    for (const { kind, text } of logOf(tellIncomplete())) {
      if (kind === "group-start") isOpen = true;
      if (kind === "group-end") isOpen = false;
      if (/^(Trigger|Finished)/u.test(text)) expect(isOpen).toBe(false);
    }
  });

  it("go on after a resume in a process that opened none of them", () => {
    const tale = tellTrigger();
    const log = openLog();
    const event = tale.tell({ kind: "batch-passed", batch: 2 }).events.at(-1)!;
    expect(renderLines(event, tale.state, log).map(({ kind }) => kind)).toEqual(["line"]);
  });
});

describe("the end of a log", () => {
  it("counts the targets, names the work by hand, and says what a re-run will do", () => {
    expect(
      logOf(tellIncomplete())
        .slice(-4)
        .map(({ level, text }) => `${level} ${text}`),
    ).toEqual([
      "critical 1 untouched, 6 rolled back, 1 failed of 8 targets, after 10 min 7 s",
      'critical By hand: web-06: undo of step "Drain" failed 3 times: lb: connection refused exit 7',
      "critical By hand: what runs once (before): left as it is: not every target could be put back",
      "info A re-run tries again to roll back what is left.",
    ]);
  });
});

describe("a warning in a log", () => {
  it("says until when it waits and what may be said; a further one asks nothing of its own", () => {
    const tale = tellWarning();
    const event = tale.events.at(-1)!;
    const texts = (of: typeof event) => renderLines(of, tale.state, openLog()).map(({ text }) => text);
    expect(texts(event)).toEqual([
      "Trigger slow fired (warning): latency is 72, 80 % worse than 40, for 5 min",
      "Waiting for an answer until 2026-11-27 19:15:25 UTC: /continue, /hold, /rollback, /abort; without one it is rolled back",
    ]);
    expect(texts({ ...event, trigger: "complaints" } as typeof event)).toHaveLength(1);
  });
});
