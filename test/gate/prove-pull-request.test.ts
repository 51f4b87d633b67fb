import { describe } from "vitest";
import {
  approval,
  approved,
  byReview,
  decideEach,
  environment,
  people,
  pullRequest,
  request,
  review,
  reviewFacts,
  run,
} from "./approval-setup.ts";

const asked = (changes: Parameters<typeof byReview>[0] = {}) => request({ approvals: [byReview(changes)] });
const reviewed = (...reviews: ReturnType<typeof review>[]) =>
  reviewFacts({ pullRequests: [pullRequest({ reviews })] });
const NONE = "No approval of the pull request #12 counts.";

describe("the gate, asked for a reviewed pull request", () => {
  decideEach([
    {
      when: "takes a review by somebody who may write",
      request: asked(),
      facts: reviewFacts(),
      opens: "rita@#12",
    },
    {
      when: "refuses a review by somebody who may not write",
      request: asked(),
      facts: reviewFacts({ people: people({}, { rita: "no" }) }),
      refuses: [
        "approver-may-not-write",
        `${NONE} \`rita\` may not write to the repository.`,
        "those whom the plan names in `from`",
      ],
    },
    {
      when: "refuses where GitHub does not tell who may write",
      request: asked(),
      facts: reviewFacts({ people: people({}) }),
      refuses: [
        "approver-unknown",
        `${NONE} GitHub does not tell whether \`rita\` may write to the repository.`,
        "`metadata: read`",
      ],
    },
    {
      when: "takes somebody of `from` who may not write",
      request: asked({ from: ["rita"] }),
      facts: reviewFacts({ people: people({}, { rita: "no" }) }),
      opens: "rita@#12",
    },
    {
      when: "refuses somebody outside `from`",
      request: asked({ from: ["walter"] }),
      facts: reviewFacts(),
      refuses: ["approver-not-allowed", `${NONE} \`rita\` is not one of \`walter\`.`, "`from`"],
    },
    {
      when: "asks GitHub about teams, which no setting of an environment proves here",
      request: asked({ from: ["@org/cab"] }),
      facts: reviewFacts({ environments: [environment({ reviewers: ["org/cab"] })] }),
      refuses: [
        "membership-unknown",
        `${NONE} GitHub does not tell whether \`rita\` is in \`org/cab\`.`,
        "members: read",
      ],
    },
    {
      when: "refuses a plan that came by no pull request",
      request: asked(),
      facts: reviewFacts({ files: [{ path: "plan.yml", blob: "b1", pullRequests: [] }] }),
      refuses: [
        "plan-not-in-pull-request",
        "No merged pull request brought `plan.yml` as it is: its last change came by another way.",
        "Bring the plan and the files that it names by a pull request",
      ],
    },
    {
      when: "refuses a plan about which nothing was found out",
      request: asked(),
      facts: reviewFacts({ files: [] }),
      refuses: [
        "plan-not-in-pull-request",
        "No merged pull request brought `plan` as it is: its last change came by another way.",
        "by a pull request",
      ],
    },
    {
      when: "refuses a plan that was changed while it was merged",
      request: asked(),
      facts: reviewFacts({ files: [{ path: "plan.yml", blob: "b2", pullRequests: [12] }] }),
      refuses: [
        "plan-changed-since",
        "`plan.yml` is not what the pull request #12 held when it was merged.",
        "by a pull request of its own",
      ],
    },
    {
      when: "refuses a pull request that does not hold the file at all",
      request: asked(),
      facts: reviewFacts({ pullRequests: [pullRequest({ files: [{ path: "other.yml", blob: "b1" }] })] }),
      refuses: [
        "plan-changed-since",
        "`plan.yml` is not what the pull request #12 held when it was merged.",
        "by a pull request of its own",
      ],
    },
    {
      when: "refuses a file of hosts that came without a review",
      request: asked(),
      facts: reviewFacts({
        files: [
          { path: "plan.yml", blob: "b1", pullRequests: [12] },
          { path: "hosts.yml", blob: "h1", pullRequests: [] },
        ],
      }),
      refuses: [
        "plan-not-in-pull-request",
        "No merged pull request brought `hosts.yml` as it is: its last change came by another way.",
        "the files that it names",
      ],
    },
    {
      when: "takes plan and hosts that came by two pull requests, each reviewed",
      request: asked({ from: ["rita", "bob"] }),
      facts: reviewFacts({
        files: [
          { path: "plan.yml", blob: "b1", pullRequests: [12] },
          { path: "hosts.yml", blob: "h1", pullRequests: [9] },
        ],
        pullRequests: [
          pullRequest(),
          pullRequest({ number: 9, files: [{ path: "hosts.yml", blob: "h1" }], reviews: [review("bob")] }),
        ],
      }),
      opens: "rita@#12, #9 bob@#12, #9",
    },
    {
      when: "refuses where nobody reviewed",
      request: asked(),
      facts: reviewed(),
      refuses: ["review-missing", "Nobody has approved the pull request #12.", "its last commit approved"],
    },
    {
      when: "refuses comments only",
      request: asked(),
      facts: reviewed(review("rita", { state: "COMMENTED" }), review("bob", { state: "PENDING" })),
      refuses: ["review-missing", "Nobody has approved the pull request #12.", "new pull request"],
    },
    {
      when: "takes an approval that a mere comment follows",
      request: asked(),
      facts: reviewed(review("rita"), review("rita", { state: "COMMENTED" })),
      opens: "rita@#12",
    },
    {
      when: "refuses a dismissed review",
      request: asked(),
      facts: reviewed(review("rita", { state: "DISMISSED" })),
      refuses: [
        "review-dismissed",
        "The review of `rita` on the pull request #12 was dismissed.",
        "new pull request",
      ],
    },
    {
      when: "refuses a review of an earlier commit",
      request: asked(),
      facts: reviewed(review("rita", { commit: "older" })),
      refuses: [
        "review-outdated",
        "`rita` approved an earlier commit of the pull request #12, not the one that was merged.",
        "its last commit approved",
      ],
    },
    {
      when: "refuses an approval that its writer took back",
      request: asked(),
      facts: reviewed(review("rita"), review("rita", { state: "CHANGES_REQUESTED" })),
      refuses: [
        "changes-requested",
        "`rita` has asked for changes to the pull request #12, and has not taken it back.",
        "meets the objection",
      ],
    },
    {
      when: "refuses over the objection of somebody else who could have approved",
      request: asked({ from: ["rita", "bob"] }),
      facts: reviewed(review("rita"), review("bob", { state: "CHANGES_REQUESTED" })),
      refuses: [
        "changes-requested",
        "`bob` has asked for changes to the pull request #12, and has not taken it back.",
        "new pull request",
      ],
    },
    {
      when: "passes over a stranger's objection",
      request: asked(),
      facts: reviewFacts({
        pullRequests: [
          pullRequest({ reviews: [review("rita"), review("stranger", { state: "CHANGES_REQUESTED" })] }),
        ],
        people: people({}, { rita: "yes", stranger: "no" }),
      }),
      opens: "rita@#12",
    },
    {
      when: "takes an approval that follows the same person's objection",
      request: asked(),
      facts: reviewed(review("rita", { state: "CHANGES_REQUESTED" }), review("rita")),
      opens: "rita@#12",
    },
    {
      when: "refuses whoever wrote one of its commits",
      request: asked(),
      facts: reviewFacts({ pullRequests: [pullRequest({ authors: ["anna", "rita"] })] }),
      refuses: ["approver-is-author", `${NONE} \`rita\` wrote what is to be approved.`, "Somebody else"],
    },
    {
      when: "refuses whoever wrote the commit that is about to run",
      request: asked(),
      facts: reviewFacts({ run: run({ authors: ["rita"] }) }),
      refuses: ["approver-is-author", `${NONE} \`rita\` wrote what is to be approved.`, "Somebody else"],
    },
    {
      when: "refuses whoever started the run",
      request: asked(),
      facts: reviewFacts({ run: run({ actor: "rita" }) }),
      refuses: ["approver-is-initiator", `${NONE} \`rita\` started this run.`, "Somebody else"],
    },
    {
      when: "refuses one review where two are asked for",
      request: asked({ count: 2 }),
      facts: reviewFacts(),
      refuses: [
        "approvals-too-few",
        "The plan asks for 2 approvals of the pull request #12, and 1 count: `rita`.",
        "let 2 people approve its last commit",
      ],
    },
    {
      when: "asks for the environment as well where the plan does",
      request: request({ approvals: [byReview({ from: ["rita"] }), approval()] }),
      facts: reviewFacts({ environments: [environment()], decisions: [approved("bob")] }),
      opens: "rita@#12 bob@production",
    },
  ]);
});
