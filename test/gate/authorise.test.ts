import { describe, expect, it } from "vitest";
import { authorise, teamsToAsk } from "../../src/gate/authorise.ts";
import type { CommandName } from "../../src/gate/parse-command.ts";
import { people, team } from "./approval-setup.ts";

const COMMANDS: readonly CommandName[] = ["hold", "continue", "abort", "rollback"];
const everyPart = team({
  manager: ["mona"],
  engineers: ["@org/platform"],
  quality: ["quinn"],
  security: ["@org/security", "sam"],
});
const known = people({
  "org/platform eva": "yes",
  "org/security eva": "no",
  "org/platform sue": "no",
  "org/security sue": "yes",
  "org/platform joe": "no",
  "org/security joe": "no",
});

const allowed = (login: string, facts = known) =>
  COMMANDS.filter((command) => authorise({ team: everyPart, login, command }, facts).ok);

describe("a command on the issue", () => {
  it.each([
    ["the manager", "Mona", ["hold", "continue", "abort", "rollback"]],
    ["an engineer", "eva", ["hold", "continue"]],
    ["security, by name", "sam", ["hold", "rollback"]],
    ["security, by team", "sue", ["hold", "rollback"]],
    ["quality", "quinn", ["hold"]],
    ["somebody else", "joe", []],
    ["somebody of whom GitHub tells nothing", "ghost", []],
  ])("may be given by %s (%s): %j", (_, login, expected) => {
    expect(allowed(login)).toEqual(expected);
  });

  it("is recorded with the part of the team that may give it", () => {
    const both = team({ quality: ["ada"], manager: ["ada"] });
    expect(authorise({ team: both, login: "ada", command: "hold" }, known)).toEqual({
      ok: true,
      role: "manager",
    });
  });

  it("is refused to a writer of the repository where the plan has a team", () => {
    const writer = people({}, { walter: "yes" });
    expect(
      authorise({ team: team({ manager: ["mona"] }), login: "walter", command: "hold" }, writer),
    ).toEqual({
      ok: false,
      message: "`/hold` is for the plan's `team.manager`, `team.engineers`, `team.security`, `team.quality`.",
    });
  });

  it("says what is missing where GitHub does not tell who is in a team", () => {
    const asked = { team: everyPart, login: "eva", command: "continue" } as const;
    expect(authorise(asked, people({}))).toEqual({
      ok: false,
      message: expect.stringContaining("needs the organization's permission `members: read`"),
    });
  });

  it.each([
    ["yes", true],
    ["no", false],
    ["unknown", false],
    [undefined, false],
  ] as const)("without a team is for those who may write: %s", (standing, ok) => {
    const writers = standing === undefined ? {} : { walter: standing };
    expect(authorise({ team: null, login: "Walter", command: "abort" }, people({}, writers)).ok).toBe(ok);
  });
});

describe("the teams to look into", () => {
  it.each([
    ["eva", "continue", ["org/platform"]],
    ["eva", "hold", ["org/platform", "org/security"]],
    ["eva", "abort", []],
    ["mona", "hold", []],
  ] as const)("for %s and /%s are %j", (login, command, expected) => {
    expect(teamsToAsk({ team: everyPart, login, command })).toEqual(expected);
  });
});
