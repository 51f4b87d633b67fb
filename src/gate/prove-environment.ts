import { findNearest } from "../plan/nearest.ts";
import {
  type Approval,
  type ApprovalFacts,
  type ApprovalRequest,
  type EnvironmentFacts,
  plainHandle,
} from "./approval-facts.ts";
import { type ApprovalRefusal, listNames, refuse } from "./approval-refusal.ts";
import { judgeApprovers } from "./judge-approvers.ts";
import { isRefAllowed, readRef } from "./match-ref.ts";

type Existing = Extract<EnvironmentFacts, { exists: true }>;

export type Proven = Readonly<{ ok: true; logins: readonly string[]; where: string }>;

/** That the reviewers of a protected environment, whom nobody could pass by, have approved this run. */
export function proveEnvironment(
  approval: Approval,
  request: ApprovalRequest,
  facts: ApprovalFacts,
): Proven | ApprovalRefusal {
  const asked = approval.environment ?? "";
  const environment = facts.environments.find((entry) => entry.asked === asked);
  if (environment?.exists !== true) return missing(asked, environment?.others ?? []);
  const refusal = findWeakness(environment, approval, { request, facts });
  if (refusal !== null) return refusal;

  const own = facts.decisions.filter(({ environments }) =>
    environments.some((name) => name.toLowerCase() === asked.toLowerCase()),
  );
  const rejected = own.find(({ state }) => state === "rejected");
  if (rejected !== undefined) return wasRejected(asked, rejected.login);
  const approvals = own.filter(({ state }) => state === "approved");
  if (approvals.length === 0) return notApproved(asked, facts);
  const judged = judgeApprovers(
    {
      where: `the environment \`${asked}\``,
      approval,
      facts,
      authors: facts.run.authors,
      provenByGitHub: isProvenByGitHub(approval, environment),
      mustWrite: false,
      more: "One approval opens an environment on GitHub. For more, ask in `approvals` for several environments with different reviewers, or for `pull-request: true`.",
    },
    approvals.map(({ login, human }) => ({ login: login ?? "ghost", human: human && login !== null })),
  );
  return judged.ok ? { ...judged, where: asked } : judged;
}

/** Every required reviewer is in `from`, and nobody can pass them by: whoever approved is in `from`. */
export function isProvenByGitHub({ from }: Approval, environment: EnvironmentFacts): boolean {
  if (from === undefined || !environment.exists || environment.adminsMayBypass !== false) return false;
  const allowed = new Set(from.map(plainHandle));
  return (
    environment.reviewers.length > 0 && environment.reviewers.every((name) => allowed.has(plainHandle(name)))
  );
}

function findWeakness(
  environment: Existing,
  approval: Approval,
  { request, facts }: Readonly<{ request: ApprovalRequest; facts: ApprovalFacts }>,
): ApprovalRefusal | null {
  if (environment.reviewers.length === 0) return unprotected(environment, facts);
  const forbidsSelf = approval.not.some((handle) => plainHandle(handle) === "initiator");
  if (forbidsSelf && !environment.preventsSelfReview) return selfReview(environment.asked);
  if (environment.adminsMayBypass !== false && !approval["allow-admin-bypass"]) return bypass(environment);
  if (!isRefAllowed(request.ref, environment.refs)) return refNotAllowed(environment, request.ref);
  return null;
}

const settingsOf = (name: string) => `In the repository's settings, under Environments, \`${name}\``;

function missing(asked: string, others: readonly string[]): ApprovalRefusal {
  const nearest = findNearest(asked, others);
  const instead = nearest === null ? "" : ` Is \`${nearest}\` meant?`;
  return refuse("environment-missing", {
    message: `There is no environment \`${asked}\`.${instead}`,
    hint: `Create it in the repository's settings, under Environments, with required reviewers${nearest === null ? "" : ", or correct its name in the plan"}: a job that names a missing one makes GitHub create it without any protection.`,
  });
}

function unprotected({ asked, others }: Existing, { repository }: ApprovalFacts): ApprovalRefusal {
  const message = `The environment \`${asked}\` has no required reviewers, so nobody had to approve.`;
  if (repository.private === true && repository.accountPlan !== "enterprise") {
    return refuse("reviewers-unavailable", {
      message: `${message} This repository is private, and there GitHub has required reviewers on its Enterprise plan only.`,
      hint: "Use `pull-request: true` in `approvals`, make the repository public, or move it to an account with GitHub Enterprise.",
    });
  }
  const nearest = findNearest(asked, others);
  const instead =
    nearest === null
      ? ""
      : ` Is \`${nearest}\` meant? GitHub creates a misspelt environment without a word, and without protection.`;
  return refuse("environment-unprotected", {
    message: `${message}${instead}`,
    hint: `${settingsOf(asked)}, tick \`Required reviewers\` and name them${nearest === null ? "" : ", or correct the name in the plan"}.`,
  });
}

function selfReview(asked: string): ApprovalRefusal {
  return refuse("self-review-possible", {
    message: `The environment \`${asked}\` lets whoever starts a run approve it.`,
    hint: `${settingsOf(asked)}, tick \`Prevent self-review\`.`,
  });
}

function bypass({ asked, adminsMayBypass }: Existing): ApprovalRefusal {
  const fact = adminsMayBypass === null ? "GitHub does not tell whether administrators" : "Administrators";
  return refuse("bypass-possible", {
    message: `${fact} may bypass the reviewers of the environment \`${asked}\`.`,
    hint: `${settingsOf(asked)}, untick \`Allow administrators to bypass configured protection rules\`, or accept it with \`allow-admin-bypass: true\` in the plan.`,
  });
}

function refNotAllowed({ asked, refs }: Existing, ref: string): ApprovalRefusal {
  const { type, pattern } = readRef(ref) ?? { type: "ref", pattern: ref };
  const allowed =
    refs.kind === "patterns"
      ? `only ${listNames(refs.patterns.map(({ type, pattern }) => `${type} ${pattern}`)) || "nothing"}`
      : "only protected branches";
  return refuse("ref-not-allowed", {
    message: `The ${type} \`${pattern}\` may not deploy to the environment \`${asked}\`, which allows ${allowed}.`,
    hint: `Start the change from a branch or tag that may, or change it: ${settingsOf(asked).replace("In", "in")}, under \`Deployment branches and tags\`.`,
  });
}

function wasRejected(asked: string, login: string | null): ApprovalRefusal {
  return refuse("approval-rejected", {
    message: `\`${login ?? "ghost"}\` has rejected this run for the environment \`${asked}\`.`,
    hint: "Start a new run once the reasons are gone. A re-run does not do: GitHub does not tell the decisions of its attempts apart.",
  });
}

function notApproved(asked: string, { decisions }: ApprovalFacts): ApprovalRefusal {
  const elsewhere = decisions.filter(({ state }) => state === "approved");
  const others = [...new Set(elsewhere.flatMap(({ environments }) => environments))];
  if (others.length > 0) {
    return refuse("approval-elsewhere", {
      message: `This run was approved for ${listNames(others)}, and not for the environment \`${asked}\`.`,
      hint: `The job of the gate has to name the environment \`${asked}\`.`,
    });
  }
  return refuse("approval-missing", {
    message: `Nobody has approved this run for the environment \`${asked}\`.`,
    hint: `The job of the gate has to name the environment \`${asked}\` and to wait for its reviewers. An administrator's bypass is no approval. If a reviewer did approve, take \`deployment: false\` out of that job: GitHub may list the approvals of real deployments only.`,
  });
}
