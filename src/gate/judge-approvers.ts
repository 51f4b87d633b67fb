import {
  type Approval,
  type ApprovalFacts,
  isTeam,
  membershipKey,
  plainHandle,
  standingIn,
} from "./approval-facts.ts";
import { type ApprovalCode, type ApprovalRefusal, listNames, refuse } from "./approval-refusal.ts";

export type Candidate = Readonly<{ login: string; human: boolean }>;

export type Panel = Readonly<{
  /** In the middle of a sentence: "the environment `production`". */
  where: string;
  approval: Approval;
  facts: ApprovalFacts;
  /** Whoever counts as the author here. */
  authors: readonly (string | null)[];
  /** Where GitHub itself lets nobody approve but those of `from`, nobody has to be looked up. */
  provenByGitHub: boolean;
  /** Without `from`: whom the place accepts. A pull request takes reviews from anybody. */
  mustWrite: boolean;
  /** How another approval can be had. */
  more: string;
}>;

type Doubt = Readonly<{ code: ApprovalCode; why: string; hint: string }>;

/** Counts the people whose approval counts, each once; says of everybody else why it does not. */
export function judgeApprovers(
  panel: Panel,
  candidates: readonly Candidate[],
): Readonly<{ ok: true; logins: readonly string[] }> | ApprovalRefusal {
  const { approval, where, more } = panel;
  const people = [...new Map(candidates.map((person) => [plainHandle(person.login), person])).values()];
  const judged = people.map((person) => ({ person, doubt: findDoubt(panel, person) }));
  const logins = judged.filter(({ doubt }) => doubt === null).map(({ person }) => person.login);
  if (logins.length >= approval.count) return { ok: true, logins };

  const doubts = judged.flatMap(({ doubt }) => doubt ?? []);
  const reasons = doubts.map(({ why }) => ` ${why}`).join("");
  const [first] = doubts;
  if (logins.length === 0 && first !== undefined) {
    const message = `No approval of ${where} counts.${reasons}`;
    return refuse(first.code, { message, hint: first.hint });
  }
  const counted = logins.length === 0 ? "" : `: ${listNames(logins)}`;
  return refuse("approvals-too-few", {
    message: `The plan asks for ${approval.count} approvals of ${where}, and ${logins.length} count${counted}.${reasons}`,
    hint: more,
  });
}

/** Why an approval does not count, or null. What is not known counts against it. */
function findDoubt(panel: Panel, person: Candidate): Doubt | null {
  const { approval } = panel;
  const named = (approval.from ?? []).some((handle) => plainHandle(handle) === plainHandle(person.login));
  if (!person.human && !named) return notAPerson(person.login);
  for (const handle of approval.not) {
    const doubt = findExclusion(panel, person.login, plainHandle(handle));
    if (doubt !== null) return doubt;
  }
  return named ? null : findUnfitness(panel, person.login);
}

function findExclusion({ facts, authors }: Panel, login: string, excluded: string): Doubt | null {
  const { run, people } = facts;
  const is = (other: string | null) => other !== null && plainHandle(other) === plainHandle(login);
  if (excluded === "initiator") {
    if (is(run.actor)) return isInitiator(login);
    return run.triggeredBy.some(is) ? reRan(login) : null;
  }
  if (excluded === "author") {
    if (authors.some(is)) return isAuthor(login);
    return authors.includes(null) || authors.length === 0 ? authorUnknown(login) : null;
  }
  if (is(excluded)) return isExcluded(login, excluded);
  if (!isTeam(excluded)) return null;
  const standing = people.memberships[membershipKey(excluded, login)] ?? "unknown";
  if (standing === "no") return null;
  return standing === "yes" ? isExcluded(login, excluded) : membershipUnknown(login, [excluded]);
}

function findUnfitness({ approval, facts, provenByGitHub, mustWrite }: Panel, login: string): Doubt | null {
  if (approval.from === undefined) {
    if (!mustWrite) return null;
    const standing = facts.people.writers[plainHandle(login)] ?? "unknown";
    if (standing === "yes") return null;
    return standing === "no" ? mayNotWrite(login) : permissionUnknown(login);
  }
  if (provenByGitHub) return null;
  const standing = standingIn(approval.from, login, facts.people);
  if (standing === "yes") return null;
  return standing === "no"
    ? notAllowed(login, approval.from)
    : membershipUnknown(login, approval.from.filter(isTeam));
}

const notAPerson = (login: string): Doubt => ({
  code: "approver-not-a-person",
  why: `\`${login}\` is an app, not a person.`,
  hint: "Let a person approve, or name the app in `from`.",
});

const isInitiator = (login: string): Doubt => ({
  code: "approver-is-initiator",
  why: `\`${login}\` started this run.`,
  hint: "Somebody else has to approve: the plan's `not` names the initiator.",
});

const reRan = (login: string): Doubt => ({
  code: "approver-re-ran",
  why: `\`${login}\` has re-run this run, and counts as one who started it.`,
  hint: "Start a new run, and let the approver neither start nor re-run it: the plan's `not` names the initiator.",
});

const isAuthor = (login: string): Doubt => ({
  code: "approver-is-author",
  why: `\`${login}\` wrote what is to be approved.`,
  hint: "Somebody else has to approve: the plan's `not` names the author.",
});

const authorUnknown = (login: string): Doubt => ({
  code: "author-unknown",
  why: `GitHub knows no account behind an author, so \`${login}\` may have written what is to be approved.`,
  hint: "Commit with an e-mail address that belongs to a GitHub account, or take `author` out of the plan's `not`.",
});

const isExcluded = (login: string, by: string): Doubt => ({
  code: "approver-excluded",
  why: `The plan's \`not\` excludes \`${login}\`${isTeam(by) ? ` as a member of \`${by}\`` : ""}.`,
  hint: "Somebody else has to approve, or the plan's `not` has to change.",
});

const mayNotWrite = (login: string): Doubt => ({
  code: "approver-may-not-write",
  why: `\`${login}\` may not write to the repository.`,
  hint: "A review counts from those who may write to the repository, or from those whom the plan names in `from`.",
});

const permissionUnknown = (login: string): Doubt => ({
  code: "approver-unknown",
  why: `GitHub does not tell whether \`${login}\` may write to the repository.`,
  hint: "Name who may approve in `from`, or give a token that may read the repository's collaborators (`metadata: read`).",
});

const notAllowed = (login: string, from: readonly string[]): Doubt => ({
  code: "approver-not-allowed",
  why: `\`${login}\` is not one of ${listNames(from.map(plainHandle))}.`,
  hint: "Let somebody of the plan's `from` approve, or add the person or team there.",
});

const membershipUnknown = (login: string, teams: readonly string[]): Doubt => ({
  code: "membership-unknown",
  why: `GitHub does not tell whether \`${login}\` is in ${listNames(teams.map(plainHandle))}.`,
  hint: "The job's own token cannot see teams: give the input `token` one with the organization's permission `members: read`, or name users instead of teams. Required reviewers of an environment that are all in `from` need no look at teams.",
});
