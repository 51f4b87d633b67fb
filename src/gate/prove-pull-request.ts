import type { Approval, ApprovalFacts, PlanFile, PullRequestFacts, Review } from "./approval-facts.ts";
import { plainHandle, standingIn } from "./approval-facts.ts";
import { type ApprovalRefusal, refuse } from "./approval-refusal.ts";
import { judgeApprovers } from "./judge-approvers.ts";
import type { Proven } from "./prove-environment.ts";

/** That the pull request which brought exactly this plan, and each file that it names, was approved. */
export function provePullRequest(approval: Approval, facts: ApprovalFacts): Proven | ApprovalRefusal {
  if (facts.files.length === 0) return notInPullRequest("plan");
  const found: PullRequestFacts[] = [];
  for (const file of facts.files) {
    const bringing = findBringing(file, facts);
    if (!("number" in bringing)) return bringing;
    if (!found.includes(bringing)) found.push(bringing);
  }
  const logins: string[] = [];
  for (const pullRequest of found) {
    const judged = proveReviews(approval, pullRequest, facts);
    if (!judged.ok) return judged;
    logins.push(...judged.logins);
  }
  return { ok: true, logins, where: found.map(({ number }) => `#${number}`).join(", ") };
}

/** The merged pull request whose last commit holds the file as it is now. */
function findBringing(file: PlanFile, { pullRequests }: ApprovalFacts): PullRequestFacts | ApprovalRefusal {
  const own = pullRequests.filter(({ number }) => file.pullRequests.includes(number));
  const [first] = own;
  if (first === undefined) return notInPullRequest(file.path);
  const same = own.find(({ files }) =>
    files.some(({ path, blob }) => path === file.path && blob === file.blob),
  );
  return same ?? changedSince(file.path, first.number);
}

function proveReviews(
  approval: Approval,
  pullRequest: PullRequestFacts,
  facts: ApprovalFacts,
): ReturnType<typeof judgeApprovers> {
  const latest = latestReviews(pullRequest.reviews);
  const objection = latest.find((review) => isObjection(review, approval, facts));
  if (objection !== undefined) return changesRequested(pullRequest.number, objection.login ?? "ghost");
  const approved = latest.filter(({ state }) => state === "APPROVED");
  const current = approved.filter(({ commit }) => commit === pullRequest.head);
  if (current.length === 0) return noReview(pullRequest.number, latest, approved);
  return judgeApprovers(
    {
      where: `the pull request #${pullRequest.number}`,
      approval,
      facts,
      authors: [...pullRequest.authors, ...facts.run.authors.filter((author) => author !== null)],
      provenByGitHub: false,
      mustWrite: true,
      more: `Reviews cannot be added to a merged pull request in a way that counts: bring the plan by a new one, and let ${approval.count} people approve its last commit before it is merged.`,
    },
    current.map(({ login, human }) => ({ login: login ?? "ghost", human: human && login !== null })),
  );
}

/** What each person said last; a mere comment takes nothing back. */
function latestReviews(reviews: readonly Review[]): Review[] {
  const latest = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state !== "COMMENTED" && review.state !== "PENDING") {
      latest.set(plainHandle(review.login ?? "ghost"), review);
    }
  }
  return [...latest.values()];
}

/** A stranger's objection stops nothing; that of somebody who could have approved does, known or not. */
function isObjection({ state, login }: Review, { from }: Approval, { people }: ApprovalFacts): boolean {
  if (state !== "CHANGES_REQUESTED" || login === null) return false;
  if (from !== undefined) return standingIn(from, login, people) !== "no";
  return people.writers[plainHandle(login)] !== "no";
}

function notInPullRequest(what: string): ApprovalRefusal {
  return refuse("plan-not-in-pull-request", {
    message: `No merged pull request brought \`${what}\` as it is: its last change came by another way.`,
    hint: "Bring the plan and the files that it names by a pull request, and have it approved before it is merged.",
  });
}

function changedSince(path: string, number: number): ApprovalRefusal {
  return refuse("plan-changed-since", {
    message: `\`${path}\` is not what the pull request #${number} held when it was merged.`,
    hint: "Bring the plan as it is now by a pull request of its own, and have it approved before it is merged.",
  });
}

function changesRequested(number: number, login: string): ApprovalRefusal {
  return refuse("changes-requested", {
    message: `\`${login}\` has asked for changes to the pull request #${number}, and has not taken it back.`,
    hint: "Bring the plan by a new pull request that meets the objection.",
  });
}

function noReview(number: number, latest: readonly Review[], approved: readonly Review[]): ApprovalRefusal {
  const hint = "Bring the plan by a new pull request, and have its last commit approved before it is merged.";
  const who = approved[0]?.login ?? "ghost";
  if (approved.length > 0) {
    const message = `\`${who}\` approved an earlier commit of the pull request #${number}, not the one that was merged.`;
    return refuse("review-outdated", { message, hint });
  }
  const dismissed = latest.find(({ state }) => state === "DISMISSED");
  if (dismissed !== undefined) {
    const message = `The review of \`${dismissed.login ?? "ghost"}\` on the pull request #${number} was dismissed.`;
    return refuse("review-dismissed", { message, hint });
  }
  return refuse("review-missing", { message: `Nobody has approved the pull request #${number}.`, hint });
}
