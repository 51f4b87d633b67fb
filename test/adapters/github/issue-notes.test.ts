import { describe, expect, it } from "vitest";
import { type Failure, rateLimit } from "../../fakes/github/faults.ts";
import { addComment } from "../../fakes/github/state.ts";
import { token } from "./approval-setup.ts";
import { arrange, draft, ISSUES, MARKER, onGitHub, openStore } from "./setup.ts";

const ADD = `POST ${ISSUES}/{issue_number}/comments`;
const LIST_COMMENTS = `GET ${ISSUES}/{issue_number}/comments`;
const note = { marker: MARKER, key: "escalation/restore--budget", body: "The restore takes too long." };

describe.concurrent("a comment on the change's issue", () => {
  it.concurrent(
    "is written once for each key, whichever process writes it",
    onGitHub(async (github) => {
      const store = openStore(github);
      await store.publish(draft());
      const first = await store.note(note);
      expect(first).toMatchObject({ posted: true, createdAt: expect.stringMatching(/^2026-/) });
      expect(await openStore(github).note(note)).toEqual({ ...first, posted: false });
      await store.note({ ...note, key: "escalation/other" });
      expect(github.state.repository.issues[0]?.comments.map(({ body }) => body)).toEqual([
        "<!-- change-deploy: note escalation%2Frestore%2D%2Dbudget -->\nThe restore takes too long.",
        "<!-- change-deploy: note escalation%2Fother -->\nThe restore takes too long.",
      ]);
    }),
  );

  it.concurrent(
    "is written although a stranger has written its marker",
    onGitHub(async (github) => {
      const issue = arrange(github, { labels: ["change-deploy"], body: MARKER });
      const body = "<!-- change-deploy: note escalation%2Frestore%2D%2Dbudget -->\nNothing to see here.";
      addComment(github.state.repository, issue, { author: "stranger", body });
      expect(await openStore(github).note(note)).toMatchObject({ posted: true });
    }),
  );

  it.concurrent(
    "needs an issue, and opens none",
    onGitHub(async (github) => {
      expect(await openStore(github).note(note)).toBeNull();
      expect(github.state.repository.issues).toEqual([]);
    }),
  );

  it.concurrent(
    "finds the issue by the address in the journal while lists lag behind",
    onGitHub(async (github) => {
      github.inject({ on: `GET ${ISSUES}`, times: 9, failure: { kind: "stale" } });
      const { url } = await openStore(github).publish(draft());
      expect(await openStore(github).note({ ...note, knownUrl: url })).toMatchObject({ posted: true });
    }),
  );
});

const passing: [string, Failure][] = [
  ["500", { kind: "refuse", status: 500 }],
  ["a rate limit", rateLimit],
  ["a connection cut after it happened", { kind: "cut-after" }],
  ["502 after it happened", { kind: "do-then-fail", status: 502 }],
  ["an answer that never comes after it happened", { kind: "hang-after" }],
  ["JSON of another shape", { kind: "wrong-shape" }],
];

describe.concurrent.each(passing)("with %s on the comment", (_, failure) => {
  it.concurrent(
    "there is exactly one",
    onGitHub(async (github) => {
      const store = openStore(github, { requestTimeoutMs: 300 });
      await store.publish(draft());
      github.inject({ on: ADD, times: 1, failure });
      github.inject({ on: LIST_COMMENTS, times: 2, failure: { kind: "stale" } });
      expect(await store.note(note)).toMatchObject({ posted: true });
      expect(github.state.repository.issues[0]?.comments).toHaveLength(1);
    }),
  );
});

describe.concurrent("what GitHub leaves out of an issue without a word", () => {
  it.concurrent(
    "is told to the caller",
    onGitHub(async (github) => {
      github.state.users.set("token-of-the-job", { ...token, push: false });
      const assignees = ["@octocat", "octo-org/platform"];
      expect(await openStore(github).publish(draft({ assignees }))).toMatchObject({
        created: true,
        dropped: ["change-deploy", "rollback", "octocat"],
      });
    }),
  );

  it.concurrent(
    "is nothing where all is taken",
    onGitHub(async (github) => {
      expect(await openStore(github).publish(draft({ assignees: ["@octocat"] }))).toMatchObject({
        dropped: [],
      });
    }),
  );
});
