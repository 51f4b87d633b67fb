import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import type { Change } from "../../src/plan/change.ts";
import { RecordedChange } from "../../src/plan/recorded-change.ts";
import { ChangeEvent } from "../../src/rollout/events.ts";
import { replay } from "../../src/rollout/replay.ts";
import { nextDecisions } from "./next-decisions.ts";

const FOLDER = "test/fixtures/journals";
const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".jsonl"),
);

/** The first line is the change and what came of it, the others are its events. Adding a file adds a test. */
function readJournal(file: string) {
  const [first, ...rest] = readFileSync(path.join(FOLDER, file), "utf8").trimEnd().split("\n");
  const head: {
    change: unknown;
    expected: { outcome: string; targets: Record<string, string> };
    /** What was decided after each of the events. */
    decisions: readonly string[];
  } = JSON.parse(first!);
  // As a resumed process reads it: with what the version that wrote it did not know yet.
  const change: Change = RecordedChange.parse(head.change);
  return { ...head, change, events: rest.map((line): unknown => JSON.parse(line)) };
}

describe.each(files)("the journal %s", (file) => {
  const { change, expected, decisions, events } = readJournal(file);

  it("has events that are still understood as they were written", () => {
    expect(events.map((event) => ChangeEvent.parse(event))).toEqual(events);
  });

  it("replays to what was recorded", () => {
    const state = replay(change, events as ChangeEvent[]);
    const targets = Object.fromEntries([...state.targets].map(([name, { status }]) => [name, status]));
    expect({ outcome: state.outcome?.outcome, targets }).toEqual(expected);
  });

  it("leads to the same decisions after every event", () => {
    expect(nextDecisions(change, events as ChangeEvent[])).toEqual(decisions);
  });
});
