import { describe, expect, it } from "vitest";
import { isUnfinishedHere } from "../../src/compose/needs-rescue.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";

const at = "2026-11-27T18:00:00.000Z";
const HERE = "https://github.test/octo-org/shop/actions/runs/2";
const THERE = "https://github.test/octo-org/shop/actions/runs/1";
const holder = (where: string) => ({ actor: "octocat", where });

const started = (where: string): ChangeEvent => ({
  kind: "attempt-started",
  at,
  attempt: 1,
  change: "CHG-1",
  environment: "production",
  version: "2.0",
  digest: "d".repeat(64),
  commit: null,
  holder: holder(where),
});
const resumed = (where: string): ChangeEvent => ({
  kind: "resumed",
  at,
  holder: holder(where),
  writeAhead: "missing",
});
const finished = (outcome: "succeeded" | "held"): ChangeEvent => ({
  kind: "finished",
  at,
  outcome,
  reasonCode: "all-updated",
  reason: "all targets updated",
});

describe("a rescue is needed", () => {
  it.each<[string, readonly ChangeEvent[], boolean]>([
    ["not when nothing was started", [], false],
    ["when this run has started an attempt and not ended it", [started(HERE)], true],
    ["not when this run has ended it", [started(HERE), finished("succeeded")], false],
    ["not when this run has left it held on purpose", [started(HERE), finished("held")], false],
    ["not when another run is at it", [started(THERE)], false],
    ["not when another run has finished it", [started(THERE), finished("succeeded")], false],
    ["when this run has taken up what another left", [started(THERE), finished("held"), resumed(HERE)], true],
    ["not when another run has taken up what this one left", [started(HERE), resumed(THERE)], false],
    ["when a second attempt of this run was cut off", [started(HERE), finished("held"), started(HERE)], true],
  ])("%s", (_, events, expected) => {
    expect(isUnfinishedHere(events, HERE)).toBe(expected);
  });
});
