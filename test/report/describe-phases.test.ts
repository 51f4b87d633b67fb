import { describe, expect, it } from "vitest";
import { describeEvent } from "../../src/report/describe-event.ts";
import { eventLevel } from "../../src/report/event-level.ts";
import { learnNames, namingOf } from "../../src/report/naming.ts";
import type { Fact } from "../../src/rollout/decide.ts";
import { ChangeEvent } from "../../src/rollout/events.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { PHASE_LINES } from "./phase-lines.ts";
import { blueGreenChange, wholeChange } from "./whole-change.ts";

const change = wholeChange();
const at = "2026-11-27T18:00:00.000Z";

function stamp(fact: Fact): ChangeEvent {
  return ChangeEvent.parse({ ...fact, at });
}

describe("the line of an event around the batches", () => {
  it.each(PHASE_LINES)("has the level %s and reads %s", (level, line, fact) => {
    const event = stamp(fact);
    expect(describeEvent(event, change)).toBe(line);
    expect(eventLevel(event)).toBe(level);
  });

  it.each(HOSTILE_CASES)("stays inert with the text %s", (_, hostile) => {
    const detail = hostile.slice(0, 2_000);
    const facts: Fact[] = PHASE_LINES.map(([, , fact]) => hostileCopy(fact, detail));
    for (const fact of facts) {
      const line = describeEvent({ ...fact, at } as ChangeEvent, change);
      expect(line).not.toMatch(
        /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]|^\s*::|##\[|@\w|#\d|[\u202a-\u202e\u2066-\u2069]/u,
      );
      expect([...line].length).toBeLessThan(1_500);
    }
  });
});

/** Every text in it that comes from outside is the hostile one. */
function hostileCopy(fact: Fact, text: string): Fact {
  const OURS = new Set([
    "kind",
    "phase",
    "proof",
    "verdict",
    "severity",
    "command",
    "otherwise",
    "until",
    "scope",
    "direction",
  ]);
  const copy = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return OURS.has(key) ? value : text;
    if (Array.isArray(value)) return value.map((entry) => copy(entry, key));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, copy(inner, name)]));
  };
  return copy(fact, "") as Fact;
}

describe("the names of steps", () => {
  const run = { step: 0, target: null, direction: "do", run: 1 } as const;

  it("come from the list that the step stands in", () => {
    const lineOf = (scope: "prepare" | "respond") =>
      describeEvent(stamp({ kind: "step-started", scope, ...run }), change);
    expect(lineOf("prepare")).toBe('Step "Banner" (prepare, once) started');
    expect(lineOf("respond")).toBe('Step "Isolate" (respond, once) started');
  });

  it("are learnt as triggers bring them along, and forgotten with the attempt", () => {
    const trigger = {
      kind: "trigger-fired",
      trigger: "data loss",
      severity: "critical",
      reason: "",
      by: null,
      measurements: [],
    } satisfies Fact;
    const restore = stamp({ kind: "step-started", scope: "restore", ...run });
    const learnt = learnNames(namingOf(change), stamp(trigger));
    expect(describeEvent(restore, learnt)).toBe('Step "restore database" (restore, once) started');
    const { id, environment, version, digest } = change;
    const again = { kind: "attempt-started", attempt: 2, change: id, environment, version, digest } as const;
    const holder = { actor: "octocat", where: "here" };
    const forgotten = learnNames(learnt, stamp({ ...again, commit: null, holder }));
    expect(describeEvent(restore, forgotten)).toBe("Step 1 (restore, once) started");
  });

  it("count the batches of the group that proved to be idle", () => {
    const naming = namingOf(blueGreenChange());
    const seen = learnNames(naming, stamp({ kind: "active-observed", group: "blue", detail: "" }));
    expect(seen.batches).toEqual([["green-01", "green-02"]]);
    const later = learnNames(seen, stamp({ kind: "active-observed", group: "green", detail: "" }));
    expect(later.batches).toEqual([["green-01", "green-02"]]);
  });
});
