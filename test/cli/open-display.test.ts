import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Looks } from "../../src/cli/arguments.ts";
import type { Environment } from "../../src/cli/choose-surface.ts";
import { openDisplay } from "../../src/cli/open-display.ts";
import type { Fact } from "../../src/rollout/decide.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { aChange } from "../fakes/change.ts";
import { FakeTerminal } from "./fake-terminal.ts";

const UTF8 = { TERM: "xterm", LANG: "en_US.UTF-8", NO_COLOR: "1" };
const looks: Looks = { json: false, plain: false, noColor: false };
const holder = { actor: "octocat", where: "pid 7 on here" };
const ran = { scope: "each", step: 0, target: "a", direction: "do", run: 1 } as const;

const STORY: readonly Fact[] = [
  {
    ...{ kind: "attempt-started", attempt: 1, change: "CHG-1", environment: "production", version: "2.0" },
    ...{ digest: "d".repeat(64), commit: null, holder },
  },
  { kind: "version-recorded", target: "a", version: "1.0" },
  { kind: "batch-opened", batch: 0, targets: ["a"] },
  { kind: "step-started", ...ran },
  { kind: "step-failed", ...ran, ms: 20, detail: "::error::disk full" },
  { kind: "target-failed", target: "a", cause: "step", reason: "step Install failed" },
  {
    ...{ kind: "trigger-fired", trigger: "step-failure", severity: "critical" },
    ...{ reason: "a failed", by: null, measurements: [] },
  },
];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function play(stream: FakeTerminal, env: Environment, given: Partial<Looks> = {}) {
  const display = openDisplay({ stream, env, looks: { ...looks, ...given }, now: Date.now });
  const state = openState(aChange());
  for (const [index, fact] of STORY.entries()) {
    const event = { ...fact, at: new Date(index * 1_000).toISOString() } as ChangeEvent;
    evolve(state, event);
    display.observer.onEvent(event, state);
  }
  display.log("a | \u001b[2J::error::made up");
  display.log("::error::made up");
  display.close();
  return stream;
}

describe("the display on a terminal", () => {
  it("is the board, below the warnings and the log", () => {
    const { text, wrapped } = play(new FakeTerminal(100, 30), UTF8);
    const title = text.findIndex((line) => line.includes("CHG-1"));
    expect(text.slice(0, title).join("\n")).toContain("disk full");
    expect(text.slice(0, title)).toContain("a | ::error::made up");
    expect(text.slice(title).join("\n")).toContain("Trigger step-failure fired");
    expect(wrapped).toBe(0);
  });

  it.each([40, 60, 80, 120])("never wraps the board on %i columns", (columns) => {
    const terminal = play(new FakeTerminal(columns, 24), { ...UTF8, NO_COLOR: undefined });
    const title = terminal.text.findIndex((line) => line.includes("CHG-1"));
    expect(title).toBeGreaterThanOrEqual(0);
    expect(terminal.text.slice(title).every((line) => line.length <= columns)).toBe(true);
    expect(terminal.wrap).toBe(true);
  });

  it("shows nothing but ASCII where the locale knows no more", () => {
    const { text } = play(new FakeTerminal(80, 24), { TERM: "xterm", LANG: "C" });
    expect([...text.join("")].every((char) => char >= " " && char <= "~")).toBe(true);
  });
});

describe("the display in a pipe", () => {
  it("is plain lines with their times, in groups", () => {
    const { text, writes } = play(new FakeTerminal(1_000, 99), UTF8, { plain: true });
    expect(text.slice(1, 3)).toEqual(["== Batch 1 of 2 (1 target)", "00:00:02 Batch 1 of 2 opened: a"]);
    expect(text).toContain("== Rollback");
    expect(writes.join("")).not.toContain("\u001b");
  });

  it("tells every step of every target only with debug logging", () => {
    const detail = "00:00:01 a: version 1.0 recorded";
    const debug = { ...UTF8, RUNNER_DEBUG: "1" };
    expect(play(new FakeTerminal(1_000, 99), UTF8, { plain: true }).text).not.toContain(detail);
    expect(play(new FakeTerminal(1_000, 99), debug, { plain: true }).text).toContain(detail);
  });

  it("uses the runner's groups on GitHub, and closes each", () => {
    const { text } = play(new FakeTerminal(1_000, 99), { CI: "true", GITHUB_ACTIONS: "true" });
    const groups = text.filter((line) => line.startsWith("::"));
    expect(groups).toEqual([
      "::group::Batch 1 of 2 (1 target)",
      "::endgroup::",
      "::group::Rollback",
      "::endgroup::",
    ]);
    expect(text).toContain(": :error::made up");
  });

  it("goes on when its reader has gone away", () => {
    const stream = new FakeTerminal(80, 24);
    const display = openDisplay({ stream, env: {}, looks: { ...looks, plain: true }, now: Date.now });
    stream.emit("error", new Error("EPIPE"));
    display.log("unseen");
    display.close();
    expect(stream.writes).toEqual([]);
  });
});
