import {
  type ApprovalFacts,
  type ApprovalRequest,
  isTeam,
  plainHandle,
  type Role,
  standingIn,
} from "./approval-facts.ts";
import { type ApprovalRefusal, listNames, refuse } from "./approval-refusal.ts";
import { readRef } from "./match-ref.ts";
import { type Proven, proveEnvironment } from "./prove-environment.ts";
import { provePullRequest } from "./prove-pull-request.ts";

/** Who approved, and where: an environment's name, or the numbers of pull requests. */
export type Approver = Readonly<{ login: string; by: "environment" | "pull-request"; where: string }>;
export type Attestation = Readonly<{ name: string; role: Role; by: string }>;
/** Due within the budget that is named, counted from the start. */
export type OwedReview = Readonly<{ task: string; within: "review" }>;

export type ApprovalProof = Readonly<{
  ok: true;
  approvers: readonly Approver[];
  attestations: readonly Attestation[];
  owed: readonly OwedReview[];
}>;

/**
 * Whether this run was approved as the plan asks. Nothing that is missing, misspelt or unknown opens the
 * gate; the first entry that is not met is the answer.
 */
export function proveApproval(
  request: ApprovalRequest,
  facts: ApprovalFacts,
): ApprovalProof | ApprovalRefusal {
  const refusal = findWrongRun(request, facts);
  if (refusal !== null) return refusal;
  const approvers: Approver[] = [];
  for (const approval of request.approvals) {
    const isPullRequest = approval["pull-request"] === true;
    const proven: Proven | ApprovalRefusal = isPullRequest
      ? provePullRequest(approval, facts)
      : proveEnvironment(approval, request, facts);
    if (!proven.ok) return proven;
    const by = isPullRequest ? "pull-request" : "environment";
    approvers.push(...proven.logins.map((login) => ({ login, by, where: proven.where }) as const));
  }
  return conclude(request, facts, approvers);
}

function conclude(
  request: ApprovalRequest,
  facts: ApprovalFacts,
  approvers: readonly Approver[],
): ApprovalProof | ApprovalRefusal {
  const logins = [...new Map(approvers.map(({ login }) => [plainHandle(login), login])).values()];
  const attestations: Attestation[] = [];
  for (const { name, role } of request.attestations) {
    const by = findInRole(role, logins, { request, facts });
    if (by.login === null) return attestationMissing({ name, role }, logins, by.unsure);
    attestations.push({ name, role, by: by.login });
  }
  if (request.type !== "emergency") return { ok: true, approvers, attestations, owed: [] };
  const security = findInRole("security", logins, { request, facts });
  if (security.login === null) return securityMissing(logins, security.unsure);
  const owed: OwedReview = {
    task: "Emergency reviewed by those who approve changes in advance",
    within: "review",
  };
  return { ok: true, approvers, attestations, owed: [owed] };
}

/** The commit that was approved must be the one that is about to run, on a ref that people decide about. */
function findWrongRun(
  { approvals, commit, ref }: ApprovalRequest,
  { run }: ApprovalFacts,
): ApprovalRefusal | null {
  if (approvals.length === 0) return null;
  if (readRef(ref) === null) {
    return refuse("ref-not-allowed", {
      message: `This run is for \`${ref}\`, which is neither a branch nor a tag.`,
      hint: "Start the change from a branch or a tag, and never from a pull request.",
    });
  }
  if (run.commit === commit) return null;
  return refuse("run-mismatch", {
    message: `The run that people approved is of commit \`${run.commit}\`, and \`${commit}\` is checked out.`,
    hint: "Check out the commit of the run, which is what a checkout step without `ref` does.",
  });
}

type InRole = Readonly<{ login: string | null; unsure: boolean }>;

function findInRole(
  role: Role,
  logins: readonly string[],
  { request, facts }: Readonly<{ request: ApprovalRequest; facts: ApprovalFacts }>,
): InRole {
  const { people } = facts;
  const handles = request.team?.[role] ?? [];
  const standings = logins.map((login) => ({ login, standing: standingIn(handles, login, people) }));
  const found = standings.find(({ standing }) => standing === "yes");
  const unsure = handles.some(isTeam) && standings.some(({ standing }) => standing === "unknown");
  return { login: found?.login ?? null, unsure };
}

const TEAMS_HINT =
  "The job's own token cannot see teams: give the input `token` one with the organization's permission `members: read`, or name users in the plan's team.";

function approvedBy(logins: readonly string[]): string {
  return logins.length === 0 ? "nobody has approved" : `${listNames(logins)} approved`;
}

function attestationMissing(
  { name, role }: Readonly<{ name: string; role: Role }>,
  logins: readonly string[],
  unsure: boolean,
): ApprovalRefusal {
  const about = `\`${name}\` is to be confirmed by somebody of \`team.${role}\``;
  if (unsure) {
    const message = `${about}, and GitHub does not tell whether ${listNames(logins)} is in it.`;
    return refuse("membership-unknown", { message, hint: TEAMS_HINT });
  }
  return refuse("attestation-missing", {
    message: `${about}, and ${approvedBy(logins)}.`,
    hint: `Let somebody of \`team.${role}\` be among the approvers: an approval confirms what the plan lists for that part of the team.`,
  });
}

function securityMissing(logins: readonly string[], unsure: boolean): ApprovalRefusal {
  const about = "An emergency needs the approval of somebody of `team.security`";
  if (unsure) {
    const message = `${about}, and GitHub does not tell whether ${listNames(logins)} is in it.`;
    return refuse("membership-unknown", { message, hint: TEAMS_HINT });
  }
  return refuse("security-approval-missing", {
    message: `${about}, and ${approvedBy(logins)}.`,
    hint: "Let somebody of `team.security` approve the run.",
  });
}
