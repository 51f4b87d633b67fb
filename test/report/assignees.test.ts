import { expect, it } from "vitest";
import { listAssignees } from "../../src/report/assignees.ts";
import { renderFollowUps } from "../../src/report/follow-ups.ts";
import { keepTicks } from "../../src/report/owed.ts";

const team = { manager: [], engineers: [], quality: [], security: [] };

it.each([
  ["nobody without a team", null, []],
  [
    "users, the manager first, each once",
    { ...team, quality: ["quinn"], engineers: ["@Eva", "mona"], manager: ["mona"] },
    ["mona", "Eva", "quinn"],
  ],
  ["no team and no app", { ...team, engineers: ["@org/platform", "robot[bot]", "eva"] }, ["eva"]],
  [
    "ten at most",
    { ...team, engineers: Array.from({ length: 12 }, (_, index) => `e${index}`) },
    Array.from({ length: 10 }, (_, index) => `e${index}`),
  ],
])("the issue is assigned to %s", (_, given, expected) => {
  expect(listAssignees(given)).toEqual(expected);
});

it("what is to follow is a list to tick off, the soonest first, whose ticks stay", () => {
  const due = Date.UTC(2026, 10, 28, 12);
  const body = renderFollowUps([
    { task: "Review held", dueMs: due + 60_000 },
    { task: "Users *told* by @everyone", dueMs: due },
  ]);
  const [, , first = "", second] = (body ?? "").split("\n");
  expect(first).toMatch(/^- \[ \] \*\*Users .*told.*\*\*, by 2026-11-28 12:00:00 UTC$/);
  expect(first).not.toMatch(/(^|[^\\`])@everyone\b/);
  expect(second).toBe("- [ ] **Review held**, by 2026-11-28 12:01:00 UTC");
  expect(keepTicks(body ?? "", (body ?? "").replace("[ ] **Review", "[x] **Review"))).toContain(
    "- [x] **Review held**",
  );
  expect(renderFollowUps([])).toBeNull();
});
