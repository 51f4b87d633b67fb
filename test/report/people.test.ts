import { describe, expect, it } from "vitest";
import { renderIssue } from "../../src/report/issue.ts";
import { listTasks } from "../../src/report/owed-tasks.ts";
import { mention, mentionAll, peopleOf, renderPeople } from "../../src/report/people.ts";
import { renderQuestion } from "../../src/report/question-section.ts";
import { renderSummary } from "../../src/report/summary.ts";
import { openState } from "../../src/rollout/open-state.ts";
import { HOSTILE_CASES } from "./hostile.ts";
import { EXTRAS, Tale } from "./scenarios.ts";
import {
  approve,
  tellBlueGreenSuccess,
  tellBreach,
  tellDataLoss,
  tellHeldByWindow,
  tellPreflightRejected,
  tellPrepared,
  tellSwitchedBack,
  tellWarning,
  tellWarningAnswered,
} from "./tales.ts";
import { wholeChange } from "./whole-change.ts";

/** All mentions in a text that GitHub would carry out. */
function mentionsIn(text: string): string[] {
  return [...new Set([...text.matchAll(/@[\w/-]+/gu)].map(([found]) => found))].sort();
}

const TEAM = ["@acme/platform", "@acme/qa", "@acme/security", "@octocat"];

describe("a mention", () => {
  it("calls users and teams, however the plan writes them", () => {
    expect(["octocat", "@octocat", "@acme/platform", "acme/platform"].map(mention)).toEqual([
      "@octocat",
      "@octocat",
      "@acme/platform",
      "@acme/platform",
    ]);
  });

  it.each(HOSTILE_CASES)("calls nobody for what is no name: %s", (_, text) => {
    const made = mention(text);
    if (!/^@?[\w/.-]+$/u.test(text)) expect(made).not.toMatch(/@\w/u);
  });

  it("is bounded, and says how many more there are", () => {
    const names = Array.from({ length: 25 }, (_, index) => `user-${index}`);
    expect(mentionAll(names)).toMatch(/@user-19 and 5 more$/u);
  });

  it("stands once for somebody who is in two parts of the team", () => {
    const team = { ...wholeChange().team, engineers: ["octocat", "@octocat"] };
    expect(peopleOf(wholeChange({ team }), ["manager", "engineers"])).toEqual(["octocat"]);
  });
});

describe("the mentions of a document", () => {
  it.each([
    ["warning", tellWarning],
    ["breach", tellBreach],
    ["data loss", tellDataLoss],
  ])("are those of the plan's team alone: %s", (_, tell) => {
    const { state, timeline } = tell();
    const documents = [renderIssue(state, timeline, EXTRAS).body, renderSummary(state, timeline, EXTRAS)];
    for (const document of documents) {
      expect(TEAM).toEqual(expect.arrayContaining(mentionsIn(document)));
    }
  });

  it("leave out whoever approved, commanded or started it from outside of the team", () => {
    const tale = approve(new Tale(wholeChange()).start());
    const id = "1";
    tale.tell({ kind: "commanded", command: "hold", by: "@mallory", role: "collaborator", id });
    const { state, timeline } = tale;
    const document = renderSummary(state, timeline, EXTRAS) + renderIssue(state, timeline, EXTRAS).body;
    expect(document).toContain("mallory");
    expect(mentionsIn(document)).not.toContain("@mallory");
  });

  it("include whom the trigger is for", () => {
    const { state, timeline } = tellBreach();
    expect(renderIssue(state, timeline, EXTRAS).body).toContain("For security: @acme/security.");
  });
});

describe("a question", () => {
  it("names the deadline, what happens without an answer, and who may say what", () => {
    const question = renderQuestion(tellWarning().state)!;
    expect(question).toContain("**Answer by 2026-11-27 19:15:25 UTC**");
    expect(question).toContain("Without an answer it is rolled back.");
    expect(question).toContain("Nothing has been rolled back");
    expect(question).toContain(
      "| `/rollback` | undoes what has been done, and verifies it | manager, security |",
    );
  });

  it("is over with its answer, and with the change", () => {
    expect(renderQuestion(tellWarningAnswered().state)).toBeNull();
    const cancelled = tellWarning().tell({ kind: "interrupted", cause: "SIGTERM" });
    expect(renderQuestion(cancelled.state)).toBeNull();
  });

  it("goes to whoever may write to the repository where the plan names nobody", () => {
    const { state } = tellWarning();
    const team = { manager: [], engineers: [], quality: [], security: [], contacts: [] };
    const question = renderQuestion({ ...state, change: { ...state.change, team } })!;
    expect(question).toContain("whoever may write to the repository");
    expect(mentionsIn(question)).toEqual([]);
  });
});

describe("what people owe", () => {
  const owedIn = (tale: Tale) => listTasks(tale.state).map(({ what, owners }) => [what, owners.join()]);

  it("is nothing after a success, and after a rejection", () => {
    const quiet = tellPrepared();
    quiet.tell({ kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason: "" });
    expect(listTasks(quiet.state)).toEqual([]);
    expect(listTasks(tellPreflightRejected().state)).toEqual([]);
  });

  it("are the cause, the users, the review and the improvements after a rollback", () => {
    expect(owedIn(tellSwitchedBack())).toEqual([
      ["Users told", "octocat"],
      ["Cause analysed", "acme/platform"],
      ["Review held", "acme/qa"],
      ["Improvements planned", "acme/platform"],
    ]);
  });

  it("are also the data after a restore, with whether it was restored", () => {
    const data = listTasks(tellDataLoss().state).find(({ what }) => what.startsWith("Data recovered"));
    expect(data).toMatchObject({ more: "database: restored", owners: ["acme/platform"] });
    const lost = listTasks(tellBreach().state).find(({ what }) => what.startsWith("Data recovered"));
    expect(lost?.more).toBe("database: not restored");
  });

  it("are also the investigation after a breach, owned by the security team", () => {
    expect(owedIn(tellBreach())).toEqual(
      expect.arrayContaining([
        ["Security team called", "acme/security"],
        ["Incident investigated and hardened against", "acme/security"],
      ]),
    );
  });

  it("are due by the budgets: users within that of the announcement, the review after the end", () => {
    const { state } = tellDataLoss();
    const { triggeredMs, verifiedMs } = state.rollback!.times;
    const due = Object.fromEntries(listTasks(state).map(({ what, dueMs }) => [what, dueMs]));
    expect(due["Users told"]).toBe(triggeredMs + 300_000);
    expect(due["Review held"]).toBe(verifiedMs! + 86_400_000);
  });

  it("is the decision of a manager where it is held", () => {
    expect(owedIn(tellHeldByWindow())[0]).toEqual(["Decide whether to resume or to roll back", "octocat"]);
  });

  it("is the cause of a warning that was answered", () => {
    expect(owedIn(tellWarningAnswered())).toEqual([["Cause of warning slow analysed", "acme/platform"]]);
  });

  it("is what the approval of an emergency was given for, whatever the outcome", () => {
    const change = wholeChange({ type: "emergency" });
    const tale = tellPrepared(change);
    tale.tell({ kind: "finished", outcome: "succeeded", reasonCode: "all-updated", reason: "" });
    expect(owedIn(tale)).toEqual([["Review of the emergency change", "acme/security"]]);
    const owed = ["Review by the change board"];
    const { state } = tale;
    const known = { ...state, approval: { ...state.approval!, owed } };
    expect(listTasks(known).map(({ what }) => what)).toEqual(owed);
  });

  it("is the old group, not before it may be let go", () => {
    const tale = tellBlueGreenSuccess();
    const endMs = tale.nowMs;
    tale.tell({ kind: "reported", url: EXTRAS.issueUrl }, 60_000);
    expect(listTasks(tale.state)).toMatchObject([{ what: "Group blue released", dueMs: endMs + 86_400_000 }]);
  });

  it("has no owner, and is owed all the same, where the plan names nobody", () => {
    const team = { manager: [], engineers: [], quality: [], security: [], contacts: [] };
    const { state } = tellDataLoss();
    const tasks = listTasks({ ...state, change: { ...state.change, team } });
    expect(tasks.length).toBeGreaterThan(3);
    expect(tasks.flatMap(({ owners }) => owners)).toEqual([]);
  });
});

describe("the people of a plan", () => {
  it("are none where it names none", () => {
    const team = { manager: [], engineers: [], quality: [], security: [], contacts: [] };
    expect(renderPeople(wholeChange({ team }))).toBeNull();
  });

  it.each(HOSTILE_CASES)("stay inert with contacts such as %s", (_, text) => {
    const team = {
      ...wholeChange().team,
      manager: [text],
      contacts: [{ name: text, reach: text, test: null }],
    };
    const change = wholeChange({ team });
    const people = renderPeople(change)!.replaceAll(/(?<!\\)(`+)(?!`)(.*?)(?<!`)\1(?!`)/gu, "");
    expect(TEAM).toEqual(expect.arrayContaining(mentionsIn(people)));
    expect(people).not.toMatch(/<!--|<\w|:\/\/\w|(?!\n)\p{Cc}|\p{Cs}/u);
    expect(openState(change).attempt).toBe(0);
  });
});
