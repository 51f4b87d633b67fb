import { describe, expect, it } from "vitest";
import { type RehearsalFlags, readScript } from "../../src/cli/rehearsal-script.ts";
import { ChangeError } from "../../src/errors.ts";
import type { Trigger } from "../../src/plan/change.ts";
import { aChange, aStep } from "../fakes/change.ts";

const NONE: RehearsalFlags = { fail: [], unhealthy: [], trigger: [], crash: [], answer: [] };
const overload: Trigger = {
  name: "overload",
  severity: "critical",
  when: { kind: "issues", label: "incident", moreThan: 1 },
  restore: [],
  respond: [],
  tell: [],
};
const change = aChange({
  batches: [["web-01"], ["web-02", "rack:7"]],
  apply: { each: [aStep({ name: "Drain" }), aStep({ name: "Install" })] },
  change: { triggers: [overload] },
});
const read = (flags: Partial<RehearsalFlags>) => readScript({ ...NONE, ...flags }, change);

function refusal(flags: Partial<RehearsalFlags>): string {
  try {
    read(flags);
  } catch (error) {
    if (error instanceof ChangeError && error.code === "INPUT_INVALID")
      return `${error.message} ${error.hint}`;
    throw error;
  }
  throw new Error(`${JSON.stringify(flags)} was accepted`);
}

describe("what is to happen in a rehearsal", () => {
  it("is read from the flags, in any number", () => {
    expect(
      read({
        fail: ["web-01", "web-02:Install", "rack:7", "rack:7:Drain"],
        unhealthy: ["web-02@2m", "web-01"],
        trigger: ["overload@10m", "overload@0s"],
        crash: ["12", "40"],
        answer: ["hold", "rollback"],
      }),
    ).toEqual([
      { kind: "fail", target: "web-01", step: null },
      { kind: "fail", target: "web-02", step: "Install" },
      { kind: "fail", target: "rack:7", step: null },
      { kind: "fail", target: "rack:7", step: "Drain" },
      { kind: "unhealthy", target: "web-02", afterMs: 120_000 },
      { kind: "unhealthy", target: "web-01", afterMs: 0 },
      { kind: "trigger", trigger: "overload", afterMs: 600_000, forMs: null },
      { kind: "trigger", trigger: "overload", afterMs: 0, forMs: null },
      { kind: "crash", afterEvents: 12 },
      { kind: "crash", afterEvents: 40 },
      { kind: "answer", command: "hold" },
      { kind: "answer", command: "rollback" },
    ]);
  });

  it.each([
    [{ fail: ["web-1"] }, "no target named `web-1`. Write `web-01`."],
    [{ fail: ["web-01:Instal"] }, "no step in `apply.each` named `Instal`. Write `Install`."],
    [{ fail: ["web-01:Reboot"] }, "Write one of Drain, Install."],
    [{ unhealthy: ["wbe-02@2m"] }, "no target named `wbe-02`. Write `web-02`."],
    [{ unhealthy: ["web-02@2"] }, "2 is no time after the start. Write it as --unhealthy web-03@2m."],
    [{ trigger: ["overlod@1m"] }, "no trigger named `overlod`. Write `overload`."],
    [{ crash: ["0"] }, "--crash 0 is no number of events."],
    [{ crash: ["soon"] }, "--crash soon is no number of events."],
    [{ answer: ["rolback"] }, "Did you mean `rollback`?"],
    [{ answer: ["yes"] }, "Write one of continue, hold, rollback, abort."],
  ] as const)("%j is refused with what to write", (flags, said) => {
    expect(refusal(flags)).toContain(said);
  });

  it("cannot be an illness that no check would see", () => {
    const blind = aChange({ health: { checks: [] } });
    expect(() => readScript({ ...NONE, unhealthy: ["a"] }, blind)).toThrow("no health check asks");
  });
});
