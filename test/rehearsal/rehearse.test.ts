import { describe, expect, it } from "vitest";
import type { Change } from "../../src/plan/change.ts";
import type { ScriptedFault } from "../../src/rehearsal/faults.ts";
import { rehearse } from "../../src/rehearsal/rehearse.ts";
import { createWorld } from "../../src/rehearsal/world.ts";
import { aChange } from "../fakes/change.ts";

const play = (change: Change, ...script: readonly ScriptedFault[]) =>
  rehearse(createWorld(change, { seed: 1, script }));
const three = aChange({ batches: [["a"], ["b", "c"]] });
const warned: Change = {
  ...aChange({ batches: [["a"], ["b"]], rollout: { bakeMs: 60_000 } }),
  triggers: [
    {
      name: "slow",
      severity: "warning",
      when: { kind: "check", check: "alive", above: null, below: null, worseBy: null, forMs: 0, share: null },
      restore: [],
      respond: [],
      tell: [],
    },
  ],
};
const slow = { kind: "trigger", trigger: "slow", afterMs: 40_000, forMs: 5_000 } as const;

describe("a rehearsal", () => {
  it("takes the change to its end when nothing goes wrong", async () => {
    const { state, processes } = await play(three);
    expect([state.outcome?.outcome, processes]).toEqual(["succeeded", 1]);
  });

  it("rolls back where a named target fails", async () => {
    const { state, events } = await play(three, { kind: "fail", target: "c", step: "Install" });
    expect(state.outcome?.outcome).toBe("rolled-back");
    expect(events.find(({ kind }) => kind === "trigger-fired")).toMatchObject({ trigger: "step-failure" });
  });

  it("rolls back where a target turns unhealthy", async () => {
    const { state } = await play(three, { kind: "unhealthy", target: "b", afterMs: 0 });
    expect(state.outcome?.outcome).toBe("rolled-back");
  });

  it("goes on after each crash", async () => {
    const crashes = [5, 12, 13].map((afterEvents) => ({ kind: "crash", afterEvents }) as const);
    const { state, processes } = await play(three, ...crashes);
    expect([state.outcome?.outcome, processes]).toEqual(["succeeded", 4]);
  });

  it.each([
    ["continue", "succeeded"],
    ["rollback", "rolled-back"],
  ] as const)("asks when a warning fires, and does what the answer `%s` says", async (command, outcome) => {
    const { state } = await play(warned, slow, { kind: "answer", command });
    expect(state.outcome?.outcome).toBe(outcome);
  });

  it("gives the same events for the same seed, and ends at the same time", async () => {
    const first = await play(three, { kind: "crash", afterEvents: 9 });
    const second = await play(three, { kind: "crash", afterEvents: 9 });
    expect(JSON.stringify(second.events)).toBe(JSON.stringify(first.events));
  });
});
