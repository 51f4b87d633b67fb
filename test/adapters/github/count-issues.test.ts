import { describe, expect, it } from "vitest";
import { githubClient } from "../../../src/adapters/github/client.ts";
import { issueCounter } from "../../../src/adapters/github/count-issues.ts";
import type { FakeGitHub } from "../../fakes/github/server.ts";
import { arrange, LIST, onGitHub, REPOSITORY } from "./setup.ts";

const open = (github: FakeGitHub, base = github.url) =>
  issueCounter(githubClient({ token: "token-of-the-job", apiUrl: base, secondMs: 1 }), REPOSITORY);
const NOON = "2026-11-27T12:00:00Z";
const after = (minutes: number) => new Date(Date.parse(NOON) + minutes * 60_000).toISOString();
const complain = (github: FakeGitHub, minutes: number, changes: object = {}) =>
  arrange(github, { labels: ["incident"], createdAt: after(minutes), ...changes });

describe.concurrent("the issues that count for a trigger", () => {
  it.concurrent(
    "are those with the label, open or closed, since the moment",
    onGitHub(async (github) => {
      complain(github, -1);
      complain(github, 0);
      complain(github, 1, { state: "closed" });
      complain(github, 2, { labels: ["question"] });
      complain(github, 3, { labels: ["incident", "change-deploy"] });
      complain(github, 4, { pullRequest: true });
      expect(await open(github)("incident", NOON)).toEqual({ count: 2, atLeast: false });
    }),
  );

  it.concurrent(
    "are counted over several pages, with no more requests than it takes",
    onGitHub(async (github) => {
      for (let i = 0; i < 300; i++) complain(github, i - 180);
      expect(await open(github)("incident", NOON)).toEqual({ count: 120, atLeast: false });
      expect(github.requests).toEqual([LIST, LIST]);
    }),
  );

  it.concurrent(
    "are at least as many as could be read",
    onGitHub(async (github) => {
      for (let i = 0; i < 1_005; i++) complain(github, i);
      expect(await open(github)("incident", NOON)).toEqual({ count: 1_000, atLeast: true });
    }),
  );

  it.concurrent(
    "cost nothing of the quota as long as none comes, although the moment moves",
    onGitHub(async (github) => {
      complain(github, 1);
      const count = open(github);
      expect(await count("incident", NOON)).toMatchObject({ count: 1 });
      for (let minutes = 0; minutes < 5; minutes++) await count("incident", after(minutes));
      expect(github.notModified()).toBe(5);
      expect(await count("incident", after(2))).toMatchObject({ count: 0 });
      complain(github, 3);
      expect(await count("incident", after(2))).toMatchObject({ count: 1 });
    }),
  );

  it.concurrent(
    "are not known while GitHub does not answer",
    onGitHub(async (github) => {
      github.inject({ on: LIST, times: 9, failure: { kind: "wrong-shape" } });
      await expect(open(github)("incident", NOON)).rejects.toMatchObject({
        code: "GITHUB_FAILED",
        message: expect.stringContaining("Could not count issues in octo-org/shop"),
      });
    }),
  );

  it.concurrent(
    "are found on a GitHub server of one's own",
    onGitHub(async (github) => {
      complain(github, 1);
      expect(await open(github, `${github.url}/api/v3`)("incident", NOON)).toMatchObject({ count: 1 });
    }),
  );
});
