import {
  type ApprovalFacts,
  type ApprovalRequest,
  isTeam,
  membershipKey,
  plainHandle,
} from "./approval-facts.ts";
import { isProvenByGitHub } from "./prove-environment.ts";

type Membership = Readonly<{ team: string; login: string }>;

export type Lookups = Readonly<{
  memberships: readonly Membership[];
  /** Whose right to write to the repository matters. */
  writers: readonly string[];
}>;

/** What `proveApproval` has to know about the people who spoke, and nothing that GitHub has settled already. */
export function listLookups(request: ApprovalRequest, facts: ApprovalFacts): Lookups {
  const entries = request.approvals.map((approval) => ({ approval, logins: listSpeakers(approval, facts) }));
  const everybody = [...new Set(entries.flatMap(({ logins }) => logins))];
  const roles = [
    ...request.attestations.map(({ role }) => role),
    ...(request.type === "emergency" ? (["security"] as const) : []),
  ];
  const memberships = [
    ...entries.flatMap(({ approval, logins }) => [
      ...(isSettled(approval, facts) ? [] : listMemberships(approval.from ?? [], logins)),
      // Being in a team that is excluded matters for those whom the list names, too.
      ...approval.not.flatMap((handle) => listMemberships([handle], logins)),
    ]),
    ...roles.flatMap((role) => listMemberships(request.team?.[role] ?? [], everybody)),
  ];
  const open = entries.filter(({ approval }) => isOpenReview(approval));
  return {
    memberships: [
      ...new Map(memberships.map((pair) => [membershipKey(pair.team, pair.login), pair])).values(),
    ],
    writers: [...new Set(open.flatMap(({ logins }) => logins))],
  };
}

type Approval = ApprovalRequest["approvals"][number];

function isSettled(approval: Approval, { environments }: ApprovalFacts): boolean {
  const environment = environments.find(({ asked }) => asked === approval.environment);
  return environment !== undefined && isProvenByGitHub(approval, environment);
}

function isOpenReview(approval: Approval): boolean {
  return approval["pull-request"] === true && approval.from === undefined;
}

/** Whoever is named has no need of a team. */
function listMemberships(handles: readonly string[], logins: readonly string[]): Membership[] {
  const teams = handles.filter(isTeam).map(plainHandle);
  const unnamed = logins.filter((login) => !handles.some((handle) => plainHandle(handle) === login));
  return unnamed.flatMap((login) => teams.map((team) => ({ team, login })));
}

function listSpeakers(approval: Approval, facts: ApprovalFacts): string[] {
  return approval["pull-request"] === true ? listReviewers(facts) : listDeciders(facts, approval);
}

function listDeciders({ decisions }: ApprovalFacts, { environment = "" }: Approval): string[] {
  const own = decisions.filter(
    ({ state, environments }) =>
      state === "approved" && environments.some((name) => name.toLowerCase() === environment.toLowerCase()),
  );
  return distinct(own.map(({ login }) => login));
}

function listReviewers({ pullRequests }: ApprovalFacts): string[] {
  const reviews = pullRequests.flatMap((pullRequest) => pullRequest.reviews);
  const decided = reviews.filter(({ state }) => state === "APPROVED" || state === "CHANGES_REQUESTED");
  return distinct(decided.map(({ login }) => login));
}

function distinct(logins: readonly (string | null)[]): string[] {
  return [...new Set(logins.flatMap((login) => (login === null ? [] : [plainHandle(login)])))];
}
