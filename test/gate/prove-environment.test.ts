import { describe } from "vitest";
import { approval, approved, decideEach, environment, facts, request, run } from "./approval-setup.ts";

const NO_REVIEWERS = "The environment `production` has no required reviewers, so nobody had to approve.";

describe("the gate of an environment that is not protected", () => {
  decideEach([
    {
      when: "that does not exist",
      facts: facts({ environments: [{ asked: "production", exists: false, others: [] }] }),
      refuses: [
        "environment-missing",
        "There is no environment `production`.",
        "a job that names a missing one makes GitHub create it without any protection",
      ],
    },
    {
      when: "that is misspelt and was not created yet",
      request: request({ approvals: [approval({ environment: "prodution" })] }),
      facts: facts({
        environments: [{ asked: "prodution", exists: false, others: ["staging", "production"] }],
      }),
      refuses: [
        "environment-missing",
        "There is no environment `prodution`. Is `production` meant?",
        "or correct its name in the plan",
      ],
    },
    {
      when: "that is misspelt, and that GitHub has created for the job",
      request: request({ approvals: [approval({ environment: "prodution" })] }),
      facts: facts({
        environments: [environment({ asked: "prodution", reviewers: [], others: ["production"] })],
      }),
      refuses: [
        "environment-unprotected",
        "The environment `prodution` has no required reviewers, so nobody had to approve. Is `production` meant? GitHub creates a misspelt environment without a word, and without protection.",
        "tick `Required reviewers` and name them, or correct the name in the plan.",
      ],
    },
    {
      when: "about which nothing was found out",
      facts: facts({ environments: [] }),
      refuses: ["environment-missing", "There is no environment `production`.", "Create it"],
    },
    {
      when: "without required reviewers in a public repository",
      facts: facts({
        environments: [environment({ reviewers: [] })],
        repository: { private: false, accountPlan: null },
      }),
      refuses: [
        "environment-unprotected",
        NO_REVIEWERS,
        "In the repository's settings, under Environments, `production`, tick `Required reviewers`",
      ],
    },
    {
      when: "without required reviewers, although somebody approved",
      facts: facts({ environments: [environment({ reviewers: [] })], decisions: [approved("rita")] }),
      refuses: ["environment-unprotected", NO_REVIEWERS, "tick `Required reviewers`"],
    },
    {
      when: "without required reviewers in a private repository of an unknown plan",
      facts: facts({
        environments: [environment({ reviewers: [] })],
        repository: { private: true, accountPlan: null },
      }),
      refuses: [
        "reviewers-unavailable",
        `${NO_REVIEWERS} This repository is private, and there GitHub has required reviewers on its Enterprise plan only.`,
        "Use `pull-request: true` in `approvals`",
      ],
    },
    {
      when: "without required reviewers in a private repository of a team plan",
      facts: facts({
        environments: [environment({ reviewers: [] })],
        repository: { private: true, accountPlan: "team" },
      }),
      refuses: [
        "reviewers-unavailable",
        `${NO_REVIEWERS} This repository is private, and there GitHub has required reviewers on its Enterprise plan only.`,
        "move it to an account with GitHub Enterprise",
      ],
    },
    {
      when: "without required reviewers in a private repository on GitHub Enterprise",
      facts: facts({
        environments: [environment({ reviewers: [] })],
        repository: { private: true, accountPlan: "enterprise" },
      }),
      refuses: ["environment-unprotected", NO_REVIEWERS, "tick `Required reviewers`"],
    },
    {
      when: "where self-review is possible",
      facts: facts({ environments: [environment({ preventsSelfReview: false })] }),
      refuses: [
        "self-review-possible",
        "The environment `production` lets whoever starts a run approve it.",
        "tick `Prevent self-review`",
      ],
    },
    {
      when: "where self-review is possible and the plan allows it",
      request: request({ approvals: [approval({ not: ["author"] })] }),
      facts: facts({ environments: [environment({ preventsSelfReview: false })] }),
      opens: "rita@production",
    },
    {
      when: "whose reviewers administrators may bypass",
      facts: facts({ environments: [environment({ adminsMayBypass: true })] }),
      refuses: [
        "bypass-possible",
        "Administrators may bypass the reviewers of the environment `production`.",
        "untick `Allow administrators to bypass configured protection rules`",
      ],
    },
    {
      when: "of which GitHub does not tell whether administrators may bypass it",
      facts: facts({ environments: [environment({ adminsMayBypass: null })] }),
      refuses: [
        "bypass-possible",
        "GitHub does not tell whether administrators may bypass the reviewers of the environment `production`.",
        "or accept it with `allow-admin-bypass: true` in the plan",
      ],
    },
    {
      when: "whose bypass the plan accepts, with an approval",
      request: request({ approvals: [approval({ "allow-admin-bypass": true })] }),
      facts: facts({ environments: [environment({ adminsMayBypass: true })] }),
      opens: "rita@production",
    },
    {
      when: "whose unknown bypass the plan accepts, with an approval",
      request: request({ approvals: [approval({ "allow-admin-bypass": true })] }),
      facts: facts({ environments: [environment({ adminsMayBypass: null })] }),
      opens: "rita@production",
    },
    {
      when: "whose bypass the plan accepts, bypassed without an approval",
      request: request({ approvals: [approval({ "allow-admin-bypass": true })] }),
      facts: facts({ environments: [environment({ adminsMayBypass: true })], decisions: [] }),
      refuses: [
        "approval-missing",
        "Nobody has approved this run for the environment `production`.",
        "An administrator's bypass is no approval.",
      ],
    },
  ]);
});

const policy = (pattern: string, type: "branch" | "tag" = "branch") =>
  facts({ environments: [environment({ refs: { kind: "patterns", patterns: [{ pattern, type }] } })] });

describe("the gate for a branch or a tag", () => {
  decideEach([
    { when: "that a pattern allows", facts: policy("ma*"), opens: "rita@production" },
    {
      when: "that a pattern for tags allows",
      request: request({ ref: "refs/tags/v1.2.3" }),
      facts: policy("v*", "tag"),
      opens: "rita@production",
    },
    {
      when: "that a pattern allows for branches, and this is a tag",
      request: request({ ref: "refs/tags/main" }),
      facts: policy("main"),
      refuses: [
        "ref-not-allowed",
        "The tag `main` may not deploy to the environment `production`, which allows only `branch main`.",
        "under `Deployment branches and tags`",
      ],
    },
    {
      when: "that no pattern allows",
      request: request({ ref: "refs/heads/feature/x" }),
      facts: policy("feature*"),
      refuses: [
        "ref-not-allowed",
        "The branch `feature/x` may not deploy to the environment `production`, which allows only `branch feature*`.",
        "Start the change from a branch or tag that may",
      ],
    },
    {
      when: "where no pattern is configured at all",
      facts: facts({ environments: [environment({ refs: { kind: "patterns", patterns: [] } })] }),
      refuses: [
        "ref-not-allowed",
        "The branch `main` may not deploy to the environment `production`, which allows only nothing.",
        "Deployment branches and tags",
      ],
    },
    {
      when: "that is protected, where protected branches may deploy",
      facts: facts({ environments: [environment({ refs: { kind: "protected", refIsProtected: true } })] }),
      opens: "rita@production",
    },
    {
      when: "that is not protected, where protected branches may deploy",
      facts: facts({ environments: [environment({ refs: { kind: "protected", refIsProtected: false } })] }),
      refuses: [
        "ref-not-allowed",
        "The branch `main` may not deploy to the environment `production`, which allows only protected branches.",
        "Deployment branches and tags",
      ],
    },
    {
      when: "that is a tag, where protected branches may deploy",
      request: request({ ref: "refs/tags/v1" }),
      facts: facts({ environments: [environment({ refs: { kind: "protected", refIsProtected: true } })] }),
      refuses: [
        "ref-not-allowed",
        "The tag `v1` may not deploy to the environment `production`, which allows only protected branches.",
        "Deployment branches and tags",
      ],
    },
    {
      when: "that is the merge ref of a pull request",
      request: request({ ref: "refs/pull/7/merge" }),
      refuses: [
        "ref-not-allowed",
        "This run is for `refs/pull/7/merge`, which is neither a branch nor a tag.",
        "never from a pull request",
      ],
    },
    {
      when: "at another commit than the run's",
      facts: facts({ run: run({ commit: "badbad" }) }),
      refuses: [
        "run-mismatch",
        "The run that people approved is of commit `badbad`, and `c0ffee` is checked out.",
        "Check out the commit of the run",
      ],
    },
  ]);
});

describe("the gate of a protected environment", () => {
  decideEach([
    { when: "that a reviewer has approved", opens: "rita@production" },
    {
      when: "whose name is written in other letters on GitHub",
      facts: facts({ decisions: [approved("rita", { environments: ["Production"] })] }),
      opens: "rita@production",
    },
    {
      when: "that nobody has approved",
      facts: facts({ decisions: [] }),
      refuses: [
        "approval-missing",
        "Nobody has approved this run for the environment `production`.",
        "The job of the gate has to name the environment `production`",
      ],
    },
    {
      when: "whose only decision is pending",
      facts: facts({ decisions: [approved("rita", { state: "pending" })] }),
      refuses: [
        "approval-missing",
        "Nobody has approved this run for the environment `production`.",
        "wait for its reviewers",
      ],
    },
    {
      when: "that was approved for other environments",
      facts: facts({
        decisions: [
          approved("rita", { environments: ["staging", "test"] }),
          approved("bob", { environments: ["staging"] }),
        ],
      }),
      refuses: [
        "approval-elsewhere",
        "This run was approved for `staging` and `test`, and not for the environment `production`.",
        "The job of the gate has to name the environment `production`.",
      ],
    },
    {
      when: "that was rejected",
      facts: facts({ decisions: [approved("rita", { state: "rejected" })] }),
      refuses: [
        "approval-rejected",
        "`rita` has rejected this run for the environment `production`.",
        "Start a new run",
      ],
    },
    {
      when: "that was rejected in one attempt and approved in another",
      facts: facts({ decisions: [approved("bob"), approved("rita", { state: "rejected" })] }),
      refuses: [
        "approval-rejected",
        "`rita` has rejected this run for the environment `production`.",
        "GitHub does not tell the decisions of its attempts apart",
      ],
    },
    {
      when: "where a rejection was for another environment",
      facts: facts({
        decisions: [approved("rita"), approved("bob", { state: "rejected", environments: ["staging"] })],
      }),
      opens: "rita@production",
    },
    {
      when: "beside a second one, each approved by its own reviewer",
      request: request({ approvals: [approval(), approval({ environment: "audit" })] }),
      facts: facts({
        environments: [environment(), environment({ asked: "audit", reviewers: ["axel"] })],
        decisions: [approved("rita"), approved("axel", { environments: ["audit"] })],
      }),
      opens: "rita@production axel@audit",
    },
    {
      when: "beside a second one that is not approved",
      request: request({ approvals: [approval(), approval({ environment: "audit" })] }),
      facts: facts({
        environments: [environment(), environment({ asked: "audit", reviewers: ["axel"] })],
      }),
      refuses: [
        "approval-elsewhere",
        "This run was approved for `production`, and not for the environment `audit`.",
        "has to name the environment `audit`",
      ],
    },
    { when: "that the plan does not ask for", request: request({ approvals: [] }), opens: "" },
  ]);
});
