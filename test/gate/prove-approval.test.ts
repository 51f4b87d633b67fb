import { describe, expect, it } from "vitest";
import { listLookups } from "../../src/gate/list-lookups.ts";
import { matchName } from "../../src/gate/match-ref.ts";
import { proveApproval } from "../../src/gate/prove-approval.ts";
import {
  approval,
  approved,
  byReview,
  decideEach,
  environment,
  facts,
  people,
  request,
  reviewFacts,
  team,
} from "./approval-setup.ts";

const rehearsed = { name: "Rollback rehearsed", role: "quality" } as const;
const attested = (quality: readonly string[]) =>
  request({ attestations: [rehearsed], team: team({ quality }) });
const emergency = (security: readonly string[]) => request({ type: "emergency", team: team({ security }) });

describe("what a person has to confirm", () => {
  it("is confirmed by an approver of that part of the team, and recorded with the name", () => {
    expect(proveApproval(attested(["@rita"]), facts())).toEqual({
      ok: true,
      approvers: [{ login: "rita", by: "environment", where: "production" }],
      attestations: [{ name: "Rollback rehearsed", role: "quality", by: "rita" }],
      owed: [],
    });
  });

  decideEach([
    {
      when: "is confirmed by a member of a team",
      request: attested(["@org/qa"]),
      facts: facts({ people: people({ "org/qa rita": "yes" }) }),
      opens: "rita@production",
    },
    {
      when: "is not confirmed by an approver of another part of the team",
      request: attested(["walter"]),
      refuses: [
        "attestation-missing",
        "`Rollback rehearsed` is to be confirmed by somebody of `team.quality`, and `rita` approved.",
        "Let somebody of `team.quality` be among the approvers",
      ],
    },
    {
      when: "is not confirmed where nobody has to approve",
      request: { ...attested(["rita"]), approvals: [] },
      refuses: [
        "attestation-missing",
        "`Rollback rehearsed` is to be confirmed by somebody of `team.quality`, and nobody has approved.",
        "among the approvers",
      ],
    },
    {
      when: "is not confirmed where the plan has no team",
      request: request({ attestations: [rehearsed] }),
      refuses: [
        "attestation-missing",
        "`Rollback rehearsed` is to be confirmed by somebody of `team.quality`, and `rita` approved.",
        "team.quality",
      ],
    },
    {
      when: "is not confirmed where GitHub does not tell who is in the team",
      request: attested(["@org/qa"]),
      refuses: [
        "membership-unknown",
        "`Rollback rehearsed` is to be confirmed by somebody of `team.quality`, and GitHub does not tell whether `rita` is in it.",
        "`members: read`",
      ],
    },
    {
      when: "is not confirmed by somebody whose approval does not count",
      request: attested(["iris"]),
      facts: facts({ decisions: [approved("rita"), approved("iris")] }),
      refuses: [
        "attestation-missing",
        "`Rollback rehearsed` is to be confirmed by somebody of `team.quality`, and `rita` approved.",
        "among the approvers",
      ],
    },
  ]);
});

describe("an emergency", () => {
  it("that security has approved owes its review", () => {
    expect(proveApproval(emergency(["rita"]), facts())).toMatchObject({
      ok: true,
      owed: [{ task: "Emergency reviewed by those who approve changes in advance", within: "review" }],
    });
  });

  it("is the only kind of change that owes one", () => {
    expect(proveApproval(request(), facts())).toMatchObject({ ok: true, owed: [] });
    expect(proveApproval(request({ type: "standard", approvals: [] }), facts())).toMatchObject({ owed: [] });
  });

  decideEach([
    {
      when: "that others have approved stays closed",
      request: emergency(["walter"]),
      refuses: [
        "security-approval-missing",
        "An emergency needs the approval of somebody of `team.security`, and `rita` approved.",
        "Let somebody of `team.security` approve the run.",
      ],
    },
    {
      when: "that nobody has to approve stays closed",
      request: { ...emergency(["rita"]), approvals: [] },
      refuses: [
        "security-approval-missing",
        "An emergency needs the approval of somebody of `team.security`, and nobody has approved.",
        "team.security",
      ],
    },
    {
      when: "stays closed where GitHub does not tell who is in security",
      request: emergency(["@org/security"]),
      refuses: [
        "membership-unknown",
        "An emergency needs the approval of somebody of `team.security`, and GitHub does not tell whether `rita` is in it.",
        "`members: read`",
      ],
    },
    {
      when: "without approvals and from a pull request stays closed",
      request: { ...emergency([]), approvals: [], ref: "refs/pull/1/merge" },
      refuses: [
        "security-approval-missing",
        "An emergency needs the approval of somebody of `team.security`, and nobody has approved.",
        "team.security",
      ],
    },
  ]);
});

describe("the people to look up", () => {
  it("are none where nothing depends on a team", () => {
    expect(listLookups(request(), facts())).toEqual({ memberships: [], writers: [] });
  });

  it("are none where GitHub itself lets only the team of `from` approve", () => {
    const settled = facts({ environments: [environment({ reviewers: ["org/cab"] })] });
    const asked = request({ approvals: [approval({ from: ["@org/cab"] })] });
    expect(listLookups(asked, settled)).toEqual({ memberships: [], writers: [] });
    expect(listLookups(asked, facts()).memberships).toEqual([{ team: "org/cab", login: "rita" }]);
  });

  it("are those who spoke, in each team that matters, once", () => {
    const asked = request({
      approvals: [approval({ from: ["bob", "@org/cab"], not: ["initiator", "@org/web"] })],
      attestations: [rehearsed],
      team: team({ quality: ["@org/cab"] }),
    });
    const spoken = facts({
      decisions: [approved("Rita"), approved("bob"), approved("x", { state: "pending" })],
    });
    expect(listLookups(asked, spoken).memberships).toEqual([
      { team: "org/cab", login: "rita" },
      { team: "org/web", login: "rita" },
      { team: "org/web", login: "bob" },
      { team: "org/cab", login: "bob" },
    ]);
  });

  it("are the reviewers, where anybody who may write may review", () => {
    expect(listLookups(request({ approvals: [byReview()] }), reviewFacts())).toEqual({
      memberships: [],
      writers: ["rita"],
    });
  });
});

describe("a pattern for branches", () => {
  it.each([
    ["main", "main", true],
    ["main", "mains", false],
    ["release/*", "release/1", true],
    ["release/*", "release/1/a", false],
    ["release/*/*", "release/1/a", true],
    ["*", "feature/x", false],
    ["**/x", "a/b/x", true],
    ["**/x", "x", true],
    ["v?.?", "v1.2", true],
    ["v?", "v/", false],
    ["v[0-9]", "v1", false],
    ["", "main", false],
    [`${"*a".repeat(100)}b`, "a".repeat(250), false],
  ])("%s for %s is %s", (pattern, name, expected) => {
    expect(matchName(pattern, name)).toBe(expected);
  });
});
