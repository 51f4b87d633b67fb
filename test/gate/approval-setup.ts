import { expect, it } from "vitest";
import type {
  Approval,
  ApprovalFacts,
  ApprovalRequest,
  Decision,
  EnvironmentFacts,
  PullRequestFacts,
  Review,
  RunFacts,
  Standing,
} from "../../src/gate/approval-facts.ts";
import { membershipKey } from "../../src/gate/approval-facts.ts";
import type { ApprovalCode } from "../../src/gate/approval-refusal.ts";
import { proveApproval } from "../../src/gate/prove-approval.ts";

export const COMMIT = "c0ffee";
export const HEAD = "beefed";

export function approval(changes: Partial<Approval> = {}): Approval {
  return {
    environment: "production",
    count: 1,
    not: ["initiator", "author"],
    "allow-admin-bypass": false,
    ...changes,
  };
}

export function byReview(changes: Partial<Approval> = {}): Approval {
  const { environment: _, ...rest } = approval(changes);
  return { ...rest, "pull-request": true };
}

export function request(changes: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    approvals: [approval()],
    team: null,
    attestations: [],
    type: "normal",
    commit: COMMIT,
    ref: "refs/heads/main",
    ...changes,
  };
}

export const team = (parts: Partial<NonNullable<ApprovalRequest["team"]>>) => ({
  manager: [],
  engineers: [],
  quality: [],
  security: [],
  ...parts,
});

export type Existing = Extract<EnvironmentFacts, { exists: true }>;

export function environment(changes: Partial<Existing> = {}): Existing {
  return {
    asked: "production",
    exists: true,
    others: [],
    reviewers: ["rita", "org/cab"],
    preventsSelfReview: true,
    adminsMayBypass: false,
    refs: { kind: "any" },
    ...changes,
  };
}

export function approved(login: string | null, changes: Partial<Decision> = {}): Decision {
  return { environments: ["production"], state: "approved", login, human: true, ...changes };
}

export const run = (changes: Partial<RunFacts> = {}): RunFacts => ({
  commit: COMMIT,
  actor: "iris",
  triggeredBy: ["iris"],
  authors: ["anna"],
  ...changes,
});

export function review(login: string | null, changes: Partial<Review> = {}): Review {
  return { login, human: true, state: "APPROVED", commit: HEAD, ...changes };
}

export function pullRequest(changes: Partial<PullRequestFacts> = {}): PullRequestFacts {
  return {
    number: 12,
    head: HEAD,
    authors: ["anna"],
    files: [{ path: "plan.yml", blob: "b1" }],
    reviews: [review("rita")],
    ...changes,
  };
}

/** Approved by rita in production, who is one of its reviewers; started by iris, written by anna. */
export function facts(changes: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return {
    run: run(),
    repository: { private: null, accountPlan: null },
    environments: [environment()],
    decisions: [approved("rita")],
    files: [],
    pullRequests: [],
    people: { memberships: {}, writers: {} },
    ...changes,
  };
}

/** The same plan, approved by a review of rita's on the pull request that brought it. */
export function reviewFacts(changes: Partial<ApprovalFacts> = {}): ApprovalFacts {
  return facts({
    environments: [],
    decisions: [],
    files: [{ path: "plan.yml", blob: "b1", pullRequests: [12] }],
    pullRequests: [pullRequest()],
    people: people({}, { rita: "yes" }),
    ...changes,
  });
}

export function people(
  memberships: Readonly<Record<string, Standing>>,
  writers: Readonly<Record<string, Standing>> = {},
): ApprovalFacts["people"] {
  const keys = Object.entries(memberships).map(([pair, standing]) => {
    const [team = "", login = ""] = pair.split(" ");
    return [membershipKey(team, login), standing];
  });
  return { memberships: Object.fromEntries(keys), writers };
}

export type Situation = Readonly<{
  when: string;
  request?: ApprovalRequest;
  facts?: ApprovalFacts;
  /** Who is counted, as `rita@production`; or why nobody is, with a part of the message and of the hint. */
  opens?: string;
  refuses?: readonly [code: ApprovalCode, message: string, hint: string];
}>;

/** One test for each situation of a table. */
export function decideEach(situations: readonly Situation[]): void {
  it.each(situations.map((situation) => [situation.when, situation] as const))("%s", (_, situation) => {
    const answer = proveApproval(situation.request ?? request(), situation.facts ?? facts());
    if (situation.refuses === undefined) {
      const said = answer.ok
        ? answer.approvers.map(({ login, where }) => `${login}@${where}`).join(" ")
        : answer;
      expect(said).toEqual(situation.opens);
      return;
    }
    const [code, message, hint] = situation.refuses;
    expect(answer).toEqual({ ok: false, code, message, hint: expect.stringContaining(hint) });
  });
}
