import { describe, expect, it } from "vitest";
import { judgeTold, judgeToldCommand } from "../../src/compose/judge-told.ts";
import type { CommandName } from "../../src/report/commands.ts";
import { openState } from "../../src/rollout/open-state.ts";
import type { ChangeState } from "../../src/rollout/state.ts";
import { aChange, NOTHING_MORE } from "../fakes/change.ts";

const TEAM = {
  ...NOTHING_MORE.team,
  manager: ["@octocat"],
  engineers: ["hubot", "@org/platform"],
  quality: ["tess"],
  security: ["sam", "hubot"],
};

/** Waiting for an answer, so that everything can be said. */
function aState(): ChangeState {
  const state = openState(aChange({ change: { team: TEAM } }));
  state.pause = { kind: "question", trigger: "slow", deadlineMs: 0 };
  return state;
}

const judge = (as: string | null, command: CommandName, restore: readonly string[] = []) =>
  judgeTold(aState(), { as, command, restore });

describe("who may tell a change what", () => {
  const MAY: readonly (readonly [string, readonly string[]])[] = [
    ["octocat", ["continue", "hold", "rollback", "abort"]],
    ["tess", ["hold"]],
    ["sam", ["hold", "rollback"]],
    ["hubot", ["continue", "hold", "rollback"]],
  ];
  it.each(MAY)("%s may say %j and nothing else", (as, may) => {
    const all = ["continue", "hold", "rollback", "abort"] as const;
    expect(all.filter((command) => judge(as, command).ok)).toEqual(may);
  });

  it.each([
    [null, "abort", "operator"],
    ["octocat", "abort", "manager"],
    ["OCTOCAT", "abort", "manager"],
    ["@octocat", "abort", "manager"],
    ["hubot", "continue", "engineers"],
    ["hubot", "rollback", "security"],
  ] as const)("%s says %s as %s", (as, command, role) => {
    expect(judge(as, command)).toEqual({ ok: true, role });
  });

  it.each(["stranger", "platform", "@org/platform/x", ""])(
    "refuses %j, whom the team does not name",
    (as) => {
      expect(judge(as, "hold")).toMatchObject({ ok: false, why: expect.stringContaining("does not name") });
    },
  );

  it("says for whom a command is", () => {
    expect(judge("tess", "rollback")).toMatchObject({
      why: "tess stands in `team.quality`, and rollback is for `team.manager`, `team.security`.",
    });
  });

  it("refuses every login where the plan has no team", () => {
    const state = openState(aChange());
    expect(judgeTold(state, { as: "octocat", command: "abort", restore: [] }).ok).toBe(false);
    expect(judgeTold(state, { as: null, command: "abort", restore: [] }).ok).toBe(true);
  });
});

describe("what a change cannot do as it stands", () => {
  const refusal = (state: ChangeState, command: CommandName, restore: readonly string[] = []) => {
    const judged = judgeTold(state, { as: null, command, restore });
    return judged.ok ? null : `${judged.why} ${judged.hint ?? ""}`;
  };

  it("is to continue where nothing waits", () => {
    expect(refusal(openState(aChange()), "continue")).toContain("goes on by itself");
    expect(refusal(openState(aChange()), "hold")).toBeNull();
  });

  it("is anything, once it has ended", () => {
    const state = aState();
    state.outcome = { outcome: "succeeded", reasonCode: "completed", reason: "" };
    expect(refusal(state, "rollback")).toContain("has ended: succeeded");
  });

  it("is to restore a backup that it has not made", () => {
    const state = aState();
    expect(refusal(state, "rollback", ["database"])).toContain("It has made none.");
    state.progress.backups.set("database", { kind: "made", file: "f", sha256: "0", bytes: 1, kept: true });
    state.progress.backups.set("files", { kind: "failed", detail: "disk full" });
    expect(refusal(state, "rollback", ["database"])).toBeNull();
    expect(refusal(state, "rollback", ["databse"])).toContain("Did you mean database?");
    expect(refusal(state, "rollback", ["files"])).toContain("no backup named");
  });
});

describe("what is recorded", () => {
  const told = { format: 1, id: "x", atMs: 0, command: "rollback", by: "alice", restore: [] } as const;

  it("is the user, and the login that the user claims beside", () => {
    const heard = (as: string | null) => judgeToldCommand(aState(), { ...told, as, restore: [] });
    expect(heard(null)).toEqual({
      ok: true,
      command: { command: "rollback", by: "alice", role: "operator", id: "x" },
    });
    expect(heard("octocat")).toMatchObject({ command: { by: "octocat (alice)", role: "manager" } });
  });
});
