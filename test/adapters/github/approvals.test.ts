import { describe, expect, it } from "vitest";
import { proveApproval } from "../../../src/gate/prove-approval.ts";
import { approval, byReview, team } from "../../gate/approval-setup.ts";
import { arrangeRun, asking, decide, ENVIRONMENT, gather, REPO, RUN, token } from "./approval-setup.ts";
import { onGitHub } from "./setup.ts";

const COMMIT_OF = `GET ${REPO}/commits/{ref}`;

describe.concurrent("the approval of a protected environment", () => {
  it.concurrent(
    "is found with four requests",
    onGitHub(async (github) => {
      arrangeRun(github);
      expect(await decide(github)).toBe("rita@production");
      expect(github.requests).toEqual([RUN, COMMIT_OF, ENVIRONMENT, `${RUN}/approvals`]);
    }),
  );

  it.concurrent(
    "costs nothing where the plan asks for none",
    onGitHub(async (github) => {
      expect(await decide(github, asking({ approvals: [] }))).toBe("");
      expect(github.requests).toEqual([]);
    }),
  );

  it.concurrent(
    "is found on a GitHub server of one's own, whose API has an address of its own",
    onGitHub(async (github) => {
      arrangeRun(github);
      expect(await decide(github, asking(), { base: `${github.url}/api/v3` })).toBe("rita@production");
    }),
  );

  it.concurrent(
    "is refused where the environment is missing, with the nearest name",
    onGitHub(async (github) => {
      arrangeRun(github, { environments: [{ name: "staging" }, { name: "production" }] });
      const request = asking({ approvals: [approval({ environment: "prodution" })] });
      expect(proveApproval(request, await gather(github, request))).toMatchObject({
        code: "environment-missing",
        message: "There is no environment `prodution`. Is `production` meant?",
      });
    }),
  );

  it.concurrent(
    "is refused where GitHub has created a misspelt environment for the job",
    onGitHub(async (github) => {
      const made = { name: "prodution", reviewers: null, canAdminsBypass: true };
      arrangeRun(github, { environments: [made, { name: "production" }] });
      const request = asking({ approvals: [approval({ environment: "prodution" })] });
      expect(proveApproval(request, await gather(github, request))).toMatchObject({
        code: "environment-unprotected",
        message: expect.stringContaining("Is `production` meant?"),
      });
    }),
  );

  it.concurrent(
    "is refused in a private repository without reviewers, by what its account may have",
    onGitHub(async (github) => {
      arrangeRun(github, { environments: [{ reviewers: null }] });
      expect(await decide(github)).toBe("environment-unprotected");
      github.state.repository.private = true;
      expect(await decide(github)).toBe("reviewers-unavailable");
      expect(await decide(github, asking(), { apiUrl: "https://ghe.example.com/api/v3" })).toBe(
        "environment-unprotected",
      );
    }),
  );

  it.concurrent(
    "is refused where administrators may bypass, or where GitHub leaves it out",
    onGitHub(async (github) => {
      arrangeRun(github, { environments: [{ canAdminsBypass: true }] });
      expect(await decide(github)).toBe("bypass-possible");
      delete github.state.repository.environments[0]!.canAdminsBypass;
      expect(await decide(github)).toBe("bypass-possible");
      expect(await decide(github, asking({ approvals: [approval({ "allow-admin-bypass": true })] }))).toBe(
        "rita@production",
      );
    }),
  );

  it.concurrent.each([
    ["main", [{ name: "ma*" }], "rita@production"],
    ["main", [{ name: "main", type: "tag" as const }], "ref-not-allowed"],
    ["feature/x", [{ name: "main" }, { name: "release/*" }], "ref-not-allowed"],
    ["release/1", [{ name: "main" }, { name: "release/*", type: "branch" as const }], "rita@production"],
  ])("goes by the patterns for branches: %s in %j", async (branch, policy, expected) => {
    await onGitHub(async (github) => {
      arrangeRun(github, { environments: [{ policy }] });
      expect(await decide(github, asking({ ref: `refs/heads/${branch}` }))).toBe(expected);
    })();
  });

  it.concurrent(
    "goes by the protection of the branch, whose name may have a slash",
    onGitHub(async (github) => {
      arrangeRun(github, { environments: [{ policy: "protected" }] });
      github.state.repository.protectedBranches.add("release/1");
      expect(await decide(github, asking({ ref: "refs/heads/release/1" }))).toBe("rita@production");
      expect(await decide(github, asking({ ref: "refs/heads/release/2" }))).toBe("ref-not-allowed");
      expect(await decide(github, asking({ ref: "refs/tags/release/1" }))).toBe("ref-not-allowed");
    }),
  );

  it.concurrent(
    "does not count when the approver has re-run the run in whatever attempt",
    onGitHub(async (github) => {
      arrangeRun(github, { run: { attempts: ["iris", "rita", "iris"] } });
      expect(await decide(github)).toBe("approver-re-ran");
      expect(github.requests.filter((name) => name === `${RUN}/attempts/{attempt_number}`)).toHaveLength(2);
    }),
  );

  it.concurrent(
    "is refused where the run is of another commit",
    onGitHub(async (github) => {
      arrangeRun(github);
      expect(await decide(github, asking({ commit: "badbad" }))).toBe("run-mismatch");
    }),
  );
});

const webFlow = { author: "mia", committer: "web-flow", verified: true };

describe.concurrent("the author of what runs", () => {
  it.concurrent.each([
    ["is whoever wrote the commit", { author: "rita", committer: "rita" }, [], "approver-is-author"],
    ["is whoever committed it, too", { author: "anna", committer: "rita" }, [], "approver-is-author"],
    ["is unknown without an account", { author: null, committer: null }, [], "author-unknown"],
    [
      "is unknown where somebody commits in GitHub's name",
      { author: "web-flow", committer: "web-flow", verified: false },
      [],
      "author-unknown",
    ],
    [
      "is unknown where somebody commits for another one in GitHub's name",
      { author: "anna", committer: "web-flow", verified: false },
      [],
      "author-unknown",
    ],
    ["is not GitHub, for an edit on its pages", { ...webFlow }, [], "rita@production"],
    [
      "is nobody who only pressed the button",
      { ...webFlow, author: "rita", parents: ["a", "b"], pulls: [12] },
      [{}],
      "rita@production",
    ],
    [
      "is whoever wrote in the pull request that was merged",
      { ...webFlow, parents: ["a", "b"], pulls: [12] },
      [{ commits: ["anna", "rita"] }],
      "approver-is-author",
    ],
    [
      "is whoever opened a pull request that was squashed",
      { ...webFlow, pulls: [12] },
      [{ author: "rita" }],
      "approver-is-author",
    ],
    [
      "is unknown where a commit of the pull request is",
      { ...webFlow, pulls: [12] },
      [{ commits: ["anna", null] }],
      "author-unknown",
    ],
    [
      "is unknown where GitHub does not list all commits",
      { ...webFlow, pulls: [12] },
      [{ commits: Array.from({ length: 250 }, () => "anna") }],
      "author-unknown",
    ],
    [
      "is whoever merged elsewhere and pushed, in GitHub's name",
      { author: "rita", committer: "web-flow", verified: false, parents: ["a", "b"], pulls: [12] },
      [{}],
      "approver-is-author",
    ],
    [
      "is nobody who rebased by the button",
      { author: "anna", committer: "rita", pulls: [12] },
      [{}],
      "rita@production",
    ],
  ])("%s", async (_, commit, pulls, expected) => {
    await onGitHub(async (github) => {
      arrangeRun(github, { commits: [commit], pulls });
      expect(await decide(github)).toBe(expected);
    })();
  });
});

describe.concurrent("the members of a team", () => {
  const fromOps = asking({ approvals: [approval({ from: ["@octo-org/ops"] })] });

  it.concurrent(
    "are known to a token that may see them",
    onGitHub(async (github) => {
      arrangeRun(github);
      github.state.users.set("token-of-the-job", { ...token, grants: { members: "read" } });
      github.state.teams.set("octo-org/ops", ["Rita"]);
      expect(await decide(github, fromOps)).toBe("rita@production");
      github.state.teams.set("octo-org/ops", ["walter"]);
      expect(await decide(github, fromOps)).toBe("approver-not-allowed");
    }),
  );

  it.concurrent(
    "are unknown to the job's own token, which is a no with the permission that is missing",
    onGitHub(async (github) => {
      arrangeRun(github);
      github.state.teams.set("octo-org/ops", ["rita"]);
      expect(proveApproval(fromOps, await gather(github, fromOps))).toMatchObject({
        code: "membership-unknown",
        hint: expect.stringContaining("`members: read`"),
      });
    }),
  );

  it.concurrent(
    "are not asked for where GitHub lets nobody else approve",
    onGitHub(async (github) => {
      arrangeRun(github, { environments: [{ reviewers: ["octo-org/cab"] }] });
      const request = asking({ approvals: [approval({ from: ["@octo-org/CAB"] })] });
      expect(await decide(github, request)).toBe("rita@production");
      expect(github.requests.filter((name) => name.includes("/orgs/"))).toEqual([]);
    }),
  );

  it.concurrent(
    "are asked for by name where an emergency needs security",
    onGitHub(async (github) => {
      arrangeRun(github);
      const request = asking({ type: "emergency", team: team({ security: ["@octo-org/security"] }) });
      expect(await decide(github, request)).toBe("membership-unknown");
      github.state.users.set("token-of-the-job", { ...token, grants: { members: "read" } });
      github.state.teams.set("octo-org/security", ["rita"]);
      expect(await decide(github, request)).toBe("rita@production");
    }),
  );
});

describe.concurrent("the reviews of the pull request that brought the plan", () => {
  const asked = asking({ approvals: [byReview()] });
  const review = { login: "rita", state: "APPROVED", commit: "beefed" };
  const later = { author: "lea", committer: "lea", paths: ["readme.md"] };

  it.concurrent(
    "are found through later commits that did not touch it",
    onGitHub(async (github) => {
      const brought = { sha: "abad1dea", pulls: [12] };
      arrangeRun(github, { commits: [later, brought], pulls: [{ reviews: [review] }] });
      github.state.repository.permissions.set("rita", "write");
      expect(await decide(github, asked)).toBe("rita@#12");
    }),
  );

  it.concurrent.each([
    ["of somebody who may not write", { reviews: [review] }, "read", "approver-may-not-write"],
    ["of an earlier commit", { reviews: [{ ...review, commit: "old" }] }, "write", "review-outdated"],
    ["that are none", { reviews: [] }, "write", "review-missing"],
    [
      "of another content",
      { reviews: [review], files: [{ path: "plan.yml", blob: "b0" }] },
      "write",
      "plan-changed-since",
    ],
    [
      "of a pull request that is still open",
      { reviews: [review], merged: false },
      "write",
      "plan-not-in-pull-request",
    ],
  ])("do not count %s", async (_, pull, permission, expected) => {
    await onGitHub(async (github) => {
      arrangeRun(github, {
        commits: [{ pulls: [12] }],
        pulls: [pull],
      });
      github.state.repository.permissions.set("rita", permission as "read");
      expect(await decide(github, asked)).toBe(expected);
    })();
  });

  it.concurrent(
    "are read to the last of several pages",
    onGitHub(async (github) => {
      const comment = { ...review, state: "COMMENTED", login: "bob" };
      const reviews = [...Array.from({ length: 150 }, () => comment), review];
      arrangeRun(github, { commits: [{ pulls: [12] }], pulls: [{ reviews }] });
      github.state.repository.permissions.set("rita", "admin");
      expect(await decide(github, asked)).toBe("rita@#12");
    }),
  );
});
