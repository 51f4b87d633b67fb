import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeGitHub, startFakeGitHub } from "./server.ts";
import { BOT } from "./state.ts";

let github: FakeGitHub;
beforeEach(async () => {
  github = await startFakeGitHub();
});
afterEach(() => github.close());

const HEADERS = { authorization: "token token-of-the-job", "x-github-api-version": "2022-11-28" };

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${github.url}${path}`, { ...init, headers: { ...HEADERS, ...init.headers } });
}

const post = (body: unknown, headers: Record<string, string> = { "content-type": "application/json" }) =>
  ask("/repos/octo-org/shop/issues", { method: "POST", body: JSON.stringify(body), headers });

describe("the fake GitHub", () => {
  it("finds nothing wrong with a right request", async () => {
    expect((await post({ title: "Hello", labels: ["a"] })).status).toBe(201);
    expect((await ask("/repos/octo-org/shop/issues?state=all&per_page=5")).status).toBe(200);
    expect(github.violations).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ["a path that GitHub does not have", () => ask("/repos/octo-org/shop/issue"), "GitHub describes no GET"],
    [
      "an unknown query parameter",
      () => ask("/repos/octo-org/shop/issues?label=a"),
      "query must NOT have additional",
    ],
    ["a query value out of its list", () => ask("/repos/octo-org/shop/issues?state=opened"), "query/state"],
    ["a path value of the wrong kind", () => ask("/repos/octo-org/shop/issues/one"), "path/issue_number"],
    ["a body without what is required", () => post({ body: "x" }), "'title'"],
    ["a body with an unknown key", () => post({ title: "x", label: ["a"] }), '"additionalProperty":"label"'],
    [
      "a body that is not declared as JSON",
      () => post({ title: "x" }, { "content-type": "text/plain" }),
      "not declared as JSON",
    ],
    [
      "an API version that is not pinned",
      () => ask("/repos/octo-org/shop/issues", { headers: { "x-github-api-version": "2026-03-10" } }),
      "does not pin the API version",
    ],
  ])("notices %s", async (_, work, expected) => {
    await work();
    expect(github.violations.join("\n")).toContain(expected);
  });

  it("notices an answer of its own that GitHub would not give", async () => {
    await post({ title: "Hello" });
    Object.assign(github.state.repository.issues[0]!, { number: "one", title: 7 });
    await ask("/repos/octo-org/shop/issues");
    expect(github.violations.join("\n")).toContain("answer 200/0/title must be string");
  });

  it("shows the world of a moment ago when it is told to be stale", async () => {
    github.inject({ on: "GET /repos/{owner}/{repo}/issues", times: 1, failure: { kind: "stale" } });
    await post({ title: "Hello" });
    expect(await (await ask("/repos/octo-org/shop/issues")).json()).toEqual([]);
    expect(await (await ask("/repos/octo-org/shop/issues")).json()).toHaveLength(1);
  });

  it("carries out nothing that it was told to refuse", async () => {
    github.inject({
      on: "POST /repos/{owner}/{repo}/issues",
      times: 1,
      failure: { kind: "refuse", status: 502 },
    });
    expect((await post({ title: "Hello" })).status).toBe(502);
    expect(github.state.repository.issues).toEqual([]);
  });

  it("answers that nothing has changed to whoever asks for changes only", async () => {
    const first = await ask("/repos/octo-org/shop/issues");
    const headers = { "if-none-match": first.headers.get("etag") ?? "" };
    expect((await ask("/repos/octo-org/shop/issues", { headers })).status).toBe(304);
    await post({ title: "Hello" });
    expect((await ask("/repos/octo-org/shop/issues", { headers })).status).toBe(200);
    expect(github.notModified()).toBe(1);
  });

  it("is at the address of a GitHub Enterprise Server, too", async () => {
    expect((await ask("/api/v3/repos/octo-org/shop/issues")).status).toBe(200);
    expect(github.requests).toEqual(["GET /repos/{owner}/{repo}/issues"]);
  });

  it("refuses what the token may not, and names the permission", async () => {
    github.state.users.set("token-of-the-job", { ...BOT, grants: { actions: "none" } });
    const answer = await ask("/repos/octo-org/shop/environments");
    expect(answer.status).toBe(403);
    expect(answer.headers.get("x-accepted-github-permissions")).toBe("actions=read");
  });

  it("refuses a deployment that would merge a branch or wait for checks", async () => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ ref: "main", task: "deploy" });
    const answer = await ask("/repos/octo-org/shop/deployments", { method: "POST", body, headers });
    expect(answer.status).toBe(409);
    expect(github.state.repository.deployments).toEqual([]);
  });

  it("shows a team to nobody whose token may not see it", async () => {
    github.state.teams.set("octo-org/ops", ["rita"]);
    const path = "/orgs/octo-org/teams/ops/memberships/rita";
    expect((await ask(path)).status).toBe(404);
    github.state.users.set("token-of-the-job", { ...BOT, grants: { members: "read" } });
    expect((await ask(path)).status).toBe(200);
    expect(github.violations).toEqual([]);
  });
});
