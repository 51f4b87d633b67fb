import { describe, expect, it } from "vitest";
import { type Failure, longRateLimit, rateLimit, secondaryLimit } from "../../fakes/github/faults.ts";
import { CREATE, draft, ISSUES, LIST, MARKER, marked, onGitHub, openStore, UPDATE } from "./setup.ts";

const passing: [string, Failure][] = [
  ["500", { kind: "refuse", status: 500 }],
  ["502", { kind: "refuse", status: 502 }],
  ["a rate limit", rateLimit],
  ["a secondary rate limit", secondaryLimit],
  ["429 in other words", { ...secondaryLimit, kind: "refuse", status: 429, body: { message: "Slow down" } }],
  ["409", { kind: "refuse", status: 409 }],
  ["a connection cut before anything happened", { kind: "cut-before" }],
  ["a connection cut after it happened", { kind: "cut-after" }],
  ["502 after it happened", { kind: "do-then-fail", status: 502 }],
  ["an answer that never comes after it happened", { kind: "hang-after" }],
  ["a body that stalls", { kind: "slow-body", ms: 60_000 }],
  ["a proxy's page instead of an answer", { kind: "wrong-type" }],
];

describe.concurrent.each(passing)("with %s", (_, failure) => {
  it.concurrent(
    "on the create, there is exactly one issue",
    onGitHub(async (github) => {
      github.inject({ on: CREATE, times: 1, failure });
      const store = openStore(github, { requestTimeoutMs: 300 });

      const published = await store.publish(draft());
      expect(published).toMatchObject({ number: 1, url: "https://github.test/octo-org/shop/issues/1" });
      expect(marked(github)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "on a list, there is exactly one issue",
    onGitHub(async (github) => {
      github.inject({ on: LIST, times: 1, failure });
      const store = openStore(github, { requestTimeoutMs: 300 });

      await store.publish(draft());
      expect(marked(github)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "on the update, the issue is updated all the same",
    onGitHub(async (github) => {
      const store = openStore(github, { requestTimeoutMs: 300 });
      await store.publish(draft());
      github.inject({ on: UPDATE, times: 1, failure });

      await store.publish(draft({ body: "More" }));
      expect(marked(github)).toMatchObject([{ body: expect.stringContaining("More") }]);
    }),
  );
});

describe.concurrent("lists that lag behind", () => {
  it.concurrent(
    "do not double an issue whose creation was not answered",
    onGitHub(async (github) => {
      github.inject({ on: CREATE, times: 1, failure: { kind: "cut-after" } });
      github.inject({ on: LIST, times: 4, failure: { kind: "stale" } });
      await openStore(github).publish(draft());
      expect(marked(github)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "do not double an issue that this process opened before",
    onGitHub(async (github) => {
      const store = openStore(github);
      github.inject({ on: LIST, times: 100, failure: { kind: "stale" } });
      await store.publish(draft());
      await store.publish(draft({ body: "More" }));
      expect(marked(github)).toMatchObject([{ body: expect.stringContaining("More") }]);
    }),
  );

  it.concurrent(
    "do not double an issue whose number the journal remembers",
    onGitHub(async (github) => {
      github.inject({ on: LIST, times: 100, failure: { kind: "stale" } });
      const { url } = await openStore(github).publish(draft());
      await openStore(github).publish(draft({ knownUrl: url }));
      expect(marked(github)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "that lag for very long leave one issue open as soon as they have caught up",
    onGitHub(async (github) => {
      github.inject({ on: CREATE, times: 1, failure: { kind: "cut-after" } });
      github.inject({ on: LIST, times: 10, failure: { kind: "stale" } });
      await openStore(github).publish(draft());
      expect(marked(github).map(({ state }) => state)).toEqual(["open", "open"]);
      await openStore(github).publish(draft());

      expect(marked(github).map(({ state }) => state)).toEqual(["open", "closed"]);
    }),
  );

  it.concurrent(
    "do not lead to an issue of another change under a remembered number",
    onGitHub(async (github) => {
      await openStore(github).publish(draft({ marker: "<!-- another -->", body: "Another" }));
      const published = await openStore(github).publish(
        draft({ knownUrl: "https://github.test/octo-org/shop/issues/1" }),
      );
      expect(published).toMatchObject({ number: 2, created: true });
    }),
  );
});

describe.concurrent("JSON that is not what was asked for", () => {
  const failure = { kind: "wrong-shape" } as const;

  it.concurrent(
    "on the create, leads to exactly one issue",
    onGitHub(async (github) => {
      github.inject({ on: CREATE, times: 1, failure });
      expect(await openStore(github).publish(draft())).toMatchObject({ number: 1 });
      expect(marked(github)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "in place of the list, says nothing about what exists, so nothing is opened",
    onGitHub(async (github) => {
      github.inject({ on: LIST, times: 1, failure });
      await expect(openStore(github).publish(draft())).rejects.toMatchObject({
        code: "GITHUB_FAILED",
        message: expect.stringContaining("the answer was not a list of issues"),
      });
      expect(github.requests).toEqual([LIST]);
    }),
  );
});

describe.concurrent("a failure that lasts", () => {
  it.concurrent(
    "gives up within the deadline when no answer comes",
    onGitHub(async (github) => {
      github.inject({ on: LIST, times: 100, failure: { kind: "hang-after" } });
      await expect(openStore(github, { deadlineMs: 300 }).publish(draft())).rejects.toMatchObject({
        code: "GITHUB_FAILED",
        message: "GitHub gave no usable answer within 0.3 s.",
      });
    }),
  );

  it.concurrent(
    "does not wait for a rate limit that ends after the deadline",
    onGitHub(async (github) => {
      const limit = longRateLimit();
      github.inject({ on: LIST, times: 100, failure: limit });
      await expect(openStore(github).publish(draft())).rejects.toMatchObject({
        code: "GITHUB_FAILED",
        hint: expect.stringContaining(`quota is used up until ${limit.resetIso}`),
      });
      expect(github.requests).toEqual([LIST]);
    }),
  );

  it.concurrent(
    "stops trying after a bounded number of creates",
    onGitHub(async (github) => {
      github.inject({ on: CREATE, times: 100, failure: { kind: "refuse", status: 502 } });
      await expect(openStore(github).publish(draft())).rejects.toMatchObject({ code: "GITHUB_FAILED" });
      expect(github.requests.filter((request) => request === CREATE)).toHaveLength(3);
    }),
  );

  it.concurrent(
    "leaves the issue closed when only the comment on it fails",
    onGitHub(async (github) => {
      const store = openStore(github);
      await store.publish(draft());
      github.inject({
        on: `POST ${ISSUES}/{issue_number}/comments`,
        times: 9,
        failure: { kind: "cut-before" },
      });
      await expect(store.closeBySuccess(MARKER, "Fine.")).rejects.toMatchObject({ code: "GITHUB_FAILED" });
      expect(marked(github)).toMatchObject([{ state: "closed" }]);
    }),
  );
});

describe.concurrent("a refusal", () => {
  const refused = (work: Promise<unknown>) =>
    work.then(
      () => "no error",
      (error: unknown) => error,
    );

  it.concurrent(
    "of a read-only token names the permission that the job needs",
    onGitHub(async (github) => {
      const { users } = github.state;
      users.set("token-of-the-job", { ...users.get("token-of-the-job")!, issues: "read" });
      expect(await refused(openStore(github).publish(draft()))).toMatchObject({
        code: "GITHUB_FAILED",
        message: expect.stringContaining(
          "Could not publish the change's issue in octo-org/shop: GitHub answered 403",
        ),
        hint: "The job needs `permissions: issues: write`.",
      });
      expect(github.requests.filter((request) => request === CREATE)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "of an unknown token says so",
    onGitHub(async (github) => {
      expect(await refused(openStore(github, { token: "old" }).publish(draft()))).toMatchObject({
        hint: expect.stringContaining("The token is wrong or has expired"),
      });
    }),
  );

  it.concurrent(
    "of a repository that the token cannot see names the permission and asks for the name",
    onGitHub(async (github) => {
      expect(await refused(openStore(github, { repo: "shopp" }).publish(draft()))).toMatchObject({
        hint: "The job needs `permissions: issues: read`. If it has that: Is octo-org/shopp right, and may the token see it?",
      });
    }),
  );

  it.concurrent(
    "where issues are disabled says where to enable them",
    onGitHub(async (github) => {
      github.state.repository.hasIssues = false;
      expect(await refused(openStore(github).publish(draft()))).toMatchObject({
        hint: "Issues are disabled in octo-org/shop, or this one was deleted: enable them in its settings, under General, Features.",
      });
    }),
  );

  it.concurrent(
    "for its content gives GitHub's reason and is not repeated",
    onGitHub(async (github) => {
      const body = { message: "Validation Failed", errors: [{ field: "title", code: "missing" }] };
      github.inject({ on: CREATE, times: 9, failure: { kind: "refuse", status: 422, body } });
      expect(await refused(openStore(github).publish(draft()))).toMatchObject({
        message: expect.stringContaining('"field":"title"'),
      });
      expect(github.requests.filter((request) => request === CREATE)).toHaveLength(1);
    }),
  );
});
