import { describe, expect, it } from "vitest";
import { escalationOf } from "../../src/report/escalation.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { expectInertDocument } from "./inert.ts";
import type { Tale } from "./scenarios.ts";
import { SCENARIOS } from "./scenarios.ts";
import { tellBreach, WHOLE_SCENARIOS } from "./tales.ts";

/** What is commented while the tale goes on, where the issue has been there from the beginning or not. */
function commentsOf(
  tale: Pick<Tale, "change" | "events">,
  { issueUrl = null }: { issueUrl?: string | null } = {},
) {
  const state = openState(tale.change);
  return tale.events.flatMap((event) => {
    if (event.kind === "attempt-started" && issueUrl !== null) state.issueUrl = issueUrl;
    evolve(state, event);
    if (issueUrl !== null) state.issueUrl = issueUrl;
    return escalationOf(event, state) ?? [];
  });
}

const ISSUE = "https://github.test/octo-org/shop/issues/1";

describe("comments on the change's issue", () => {
  it("tell of a trigger where the issue is there already, and not where it opens one", () => {
    const told = commentsOf(tellBreach(), { issueUrl: ISSUE }).map(({ key }) => key);
    expect(told.some((key) => key.startsWith("1 trigger breach"))).toBe(true);
    const opening = commentsOf(SCENARIOS["rolled-back"]()).map(({ key }) => key);
    expect(opening.filter((key) => key.includes("trigger"))).toEqual([]);
  });

  it("have a key each, so that a process that goes on says nothing twice", () => {
    const tales = [...Object.values(SCENARIOS), ...Object.values(WHOLE_SCENARIOS)];
    const all = tales.map((tell) => commentsOf(tell(), { issueUrl: ISSUE }));
    expect(all.flat().length).toBeGreaterThan(5);
    for (const comments of all) {
      const keys = comments.map(({ key }) => key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  it.each(HOSTILE_CASES)("show as they read: %s", (_, hostile) => {
    const tale = tellBreach();
    const change = { ...tale.change, id: hostile, title: hostile, environment: hostile };
    for (const { body } of commentsOf({ ...tale, change }, { issueUrl: ISSUE })) {
      expectInertDocument(body);
    }
  });
});
