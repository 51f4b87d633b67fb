import { describe, expect, it } from "vitest";
import type { Change, Trigger } from "../../src/plan/change.ts";
import type { ScriptedFault } from "../../src/rehearsal/faults.ts";
import { rehearse } from "../../src/rehearsal/rehearse.ts";
import { openRehearsalRecord } from "../../src/report/rehearsal-record.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { replay } from "../../src/rollout/replay.ts";
import { aChange, aStep } from "../fakes/change.ts";

const startMs = Date.parse("2026-11-27T18:00:00Z");

async function play(change: Change, ...script: readonly ScriptedFault[]) {
  const events: ChangeEvent[] = [];
  const record = openRehearsalRecord({ keepsTimeline: true });
  const onEvent = (event: ChangeEvent, state: Parameters<typeof record.add>[1], elapsedMs: number) => {
    events.push(event);
    record.add(event, state, elapsedMs);
  };
  const { state, ...figures } = await rehearse(change, { script, startMs, onEvent });
  const document = record.toDocument(state, { ...figures, startMs, exitCode: 0 });
  return { events, document, kinds: new Set(events.map(({ kind }) => kind)) };
}

const fleet = () =>
  aChange({
    batches: [["a"], ["b", "c"], ["d", "e"]],
    apply: { each: [aStep({ name: "Drain" }), aStep({ name: "Install" })] },
  });
const names = (document: Awaited<ReturnType<typeof play>>["document"]) =>
  document.undone.map(({ target, step }) => `${target} ${step}`);

const warning: Trigger = {
  name: "slow",
  severity: "warning",
  when: { kind: "check", check: "alive", above: null, below: null, worseBy: null, forMs: 0, share: null },
  restore: [],
  respond: [],
  tell: [],
};

describe("a rehearsal", () => {
  it("in which nothing goes wrong succeeds, batch by batch, on a clock of its own", async () => {
    const { document } = await play(fleet());
    expect(document).toMatchObject({ outcome: "succeeded", reasonCode: "all-updated", undone: [] });
    expect(document.batches.map(({ targets }) => targets)).toEqual([1, 2, 2]);
    expect(document.batches.every(({ openedMs, passedMs }) => (passedMs ?? 0) > openedMs)).toBe(true);
    expect(document.worstUnavailable).toBe(2);
    expect(document.timeline[0]).toMatchObject({ atMs: expect.any(Number), kind: "attempt-started" });
    expect(document.timeline[0]).not.toHaveProperty("at");
    expect(document.virtualMs).toBeGreaterThan(10_000);
  });

  it("is the same each time", async () => {
    const fault = { kind: "fail", target: "c", step: "Install" } as const;
    const [one, other] = await Promise.all([play(fleet(), fault), play(fleet(), fault)]);
    expect(one.document).toEqual(other.document);
  });

  it("in which a step fails names what is undone, in order, the broken targets first", async () => {
    const { document } = await play(fleet(), { kind: "fail", target: "c", step: "Install" });
    expect(document.outcome).toBe("rolled-back");
    expect(names(document).indexOf("c Install")).toBeLessThan(names(document).indexOf("a Install"));
    expect(names(document).filter((name) => name.startsWith("a "))).toEqual(["a Install", "a Drain"]);
    expect(new Set(names(document).map((name) => name.split(" ")[0]))).toEqual(new Set(["a", "b", "c"]));
  });

  it("in which a target falls ill later rolls back at its gate", async () => {
    const { document, events } = await play(fleet(), { kind: "unhealthy", target: "b", afterMs: 5_000 });
    expect(document.outcome).toBe("rolled-back");
    expect(events).toContainEqual(expect.objectContaining({ kind: "target-failed", target: "b" }));
  });

  it.each([[[12, 30]], [[5, 12, 13]], [[9]]])(
    "whose runner dies after events %j goes on with other processes, and repeats no finished step",
    async (crashes) => {
      const script = crashes.map((afterEvents) => ({ kind: "crash", afterEvents }) as const);
      const { document, events } = await play(fleet(), ...script);
      expect(document.outcome).toBe("succeeded");
      expect(events.filter(({ kind }) => kind === "resumed")).toHaveLength(crashes.length);
      const finished = events.flatMap((event) =>
        event.kind === "step-finished" ? [`${event.target} ${event.step} ${event.direction}`] : [],
      );
      expect(new Set(finished).size).toBe(finished.length);
    },
  );

  it.each([
    ["rollback", "rolled-back"],
    ["hold", "held"],
    ["abort", "interrupted"],
    ["continue", "succeeded"],
  ] as const)("whose question is answered by %s ends %s", async (command, outcome) => {
    const change = { ...fleet(), triggers: [warning] };
    const { document, events } = await play(
      change,
      { kind: "trigger", trigger: "slow", afterMs: 4_500, forMs: null },
      { kind: "answer", command },
    );
    expect(events).toContainEqual(expect.objectContaining({ kind: "commanded", command }));
    expect(document.outcome).toBe(outcome);
  });

  it("is remembered with no more single targets' events than a reader can hold", async () => {
    const change = fleet();
    const { events } = await play(change);
    const state = replay(change, events);
    const record = openRehearsalRecord({ keepsTimeline: true });
    const detail = events.find(({ kind }) => kind === "version-recorded")!;
    for (let count = 0; count < 20_005; count++) record.add(detail, state, count);
    for (const event of events) record.add(event, state, 20_005);
    const figures = { worstUnavailable: 0, virtualMs: 0, startMs, exitCode: 0 };
    const { timeline, timelineLeftOut } = record.toDocument(state, figures);
    expect(timeline.length + timelineLeftOut).toBe(20_005 + events.length);
    expect(timelineLeftOut).toBeGreaterThan(5);
    expect(timeline.at(-1)).toMatchObject({ kind: "finished" });
    expect(timeline.filter(({ kind }) => kind === "batch-passed")).toHaveLength(3);
  });
});
