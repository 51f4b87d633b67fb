import { expect, it } from "vitest";
import { perform } from "../../src/engine/effects.ts";
import type { CommandResult, Ports } from "../../src/ports.ts";
import { DETAIL_CHARS_MAX } from "../../src/rollout/event-parts.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { aChange } from "../fakes/change.ts";

const state = openState(aChange());
const run = {
  scope: "each",
  step: 0,
  target: state.change.targets[0]!.name,
  direction: "do",
  run: 1,
} as const;

/** What the engine records of a step whose command ends in this way. */
function factOf(ending: CommandResult["ending"]) {
  const commands = {
    run: async () => ({ ms: 5, tail: "the last line", stdout: "", ending }),
    probe: async () => ({ kind: "interrupted", detail: "no receipt" }),
  };
  const ports = { commands } as unknown as Ports;
  return perform(
    { kind: "run-step", run, tryNumber: 1 },
    { state, ports, signal: new AbortController().signal },
  );
}

it("a step that nobody can say anything about is in doubt, not failed", async () => {
  const fact = await factOf({ kind: "lost", reason: "the connection was lost while it ran" });
  expect(fact).toEqual({ kind: "step-interrupted", ...run, detail: "the connection was lost while it ran" });
  const long = await factOf({ kind: "lost", reason: "x".repeat(10_000) });
  expect(long).toMatchObject({ kind: "step-interrupted", detail: "x".repeat(DETAIL_CHARS_MAX) });
});
