import { describe, expect, it } from "vitest";
import { type Failure, longRateLimit, rateLimit, secondaryLimit } from "../../fakes/github/faults.ts";
import { approval, byReview } from "../../gate/approval-setup.ts";
import { arrangeRun, asking, decide, ENVIRONMENT, gather, REPO, RUN, token } from "./approval-setup.ts";
import { onGitHub } from "./setup.ts";

const READS = [RUN, `GET ${REPO}/commits/{ref}`, ENVIRONMENT, `${RUN}/approvals`];

const passing: [string, Failure][] = [
  ["500", { kind: "refuse", status: 500 }],
  ["502", { kind: "refuse", status: 502 }],
  ["a rate limit", rateLimit],
  ["a secondary rate limit", secondaryLimit],
  ["409", { kind: "refuse", status: 409 }],
  ["a connection cut", { kind: "cut-before" }],
  ["an answer that never comes", { kind: "hang-after" }],
  ["a body that stalls", { kind: "slow-body", ms: 60_000 }],
  ["a proxy's page instead of an answer", { kind: "wrong-type" }],
];

describe.concurrent.each(passing)("with %s once on each read", (_, failure) => {
  it.concurrent(
    "the approval is found all the same",
    onGitHub(async (github) => {
      arrangeRun(github);
      for (const on of READS) github.inject({ on, times: 1, failure });
      expect(await decide(github, asking(), { requestTimeoutMs: 300 })).toBe("rita@production");
    }),
  );
});

const lasting: [string, Failure, string][] = [
  ["500", { kind: "refuse", status: 500 }, "run this job again once it answers"],
  ["502 with a page", { kind: "wrong-type" }, "run this job again once it answers"],
  ["JSON of another shape", { kind: "wrong-shape" }, "run this job again once it answers"],
  ["a long rate limit", longRateLimit(), "try again after that"],
  ["422", { kind: "refuse", status: 422 }, "GitHub took the request for invalid"],
];

describe.concurrent.each(lasting)("with %s for ever", (_, failure, hint) => {
  it.concurrent.each(READS)("on %s the gate neither opens nor says that nobody approved", async (on) => {
    await onGitHub(async (github) => {
      arrangeRun(github);
      github.inject({ on, times: 100, failure });
      await expect(gather(github, asking())).rejects.toMatchObject({
        code: "GITHUB_FAILED",
        message: expect.stringContaining("Could not look up the approvals in octo-org/shop"),
        hint: expect.stringContaining(hint),
      });
    })();
  });
});

describe.concurrent("a token without a permission", () => {
  it.concurrent.each([
    ["actions", [approval()], "The job needs `permissions: actions: read`."],
    ["contents", [approval()], "The job needs `permissions: contents: read`."],
    ["pull_requests", [byReview()], "The job needs `permissions: pull-requests: read`."],
  ] as const)("%s is told which", async (scope, approvals, hint) => {
    await onGitHub(async (github) => {
      arrangeRun(github);
      github.state.users.set("token-of-the-job", { ...token, grants: { [scope]: "none" } });
      await expect(gather(github, asking({ approvals }))).rejects.toMatchObject({
        message: expect.stringContaining("GitHub answered 403"),
        hint,
      });
    })();
  });

  it.concurrent(
    "to see the repository's collaborators makes a reviewer unknown",
    onGitHub(async (github) => {
      const reviews = [{ login: "rita", state: "APPROVED", commit: "beefed" }];
      arrangeRun(github, { commits: [{ pulls: [12] }], pulls: [{ reviews }] });
      github.state.users.set("token-of-the-job", { ...token, grants: { metadata: "none" } });
      expect(await decide(github, asking({ approvals: [byReview()] }))).toBe("approver-unknown");
    }),
  );
});

describe.concurrent("a list of reviews without end", () => {
  it.concurrent(
    "is an error, for half of it proves nothing",
    onGitHub(async (github) => {
      const comment = { login: "bob", state: "COMMENTED", commit: "beefed" };
      const reviews = Array.from({ length: 3_001 }, () => comment);
      arrangeRun(github, { commits: [{ pulls: [12] }], pulls: [{ reviews }] });
      await expect(gather(github, asking({ approvals: [byReview()] }))).rejects.toMatchObject({
        message: expect.stringContaining("more than 3000 entries"),
      });
    }),
  );
});

describe.concurrent("an outage while people are looked up", () => {
  it.concurrent(
    "is an outage, and no answer about them",
    onGitHub(async (github) => {
      arrangeRun(github);
      const on = "GET /orgs/{org}/teams/{team_slug}/memberships/{username}";
      github.inject({ on, times: 100, failure: { kind: "refuse", status: 502 } });
      const request = asking({ approvals: [approval({ from: ["@octo-org/ops"] })] });
      await expect(gather(github, request)).rejects.toMatchObject({ code: "GITHUB_FAILED" });
    }),
  );
});
