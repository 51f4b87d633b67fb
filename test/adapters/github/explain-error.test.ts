import { describe, expect, it } from "vitest";
import { explainGitHubError } from "../../../src/adapters/github/explain-error.ts";
import { ChangeError } from "../../../src/errors.ts";

function refusal(status: number, headers: Record<string, string> | null, message = "No"): Error {
  return Object.assign(new Error(message), { status, ...(headers && { response: { headers } }) });
}

const explain = (error: unknown) => explainGitHubError(error, { doing: "read the run", repository: "o/r" });
const accepted = (value: string) => ({ "x-accepted-github-permissions": value });

describe("the explanation of a GitHub failure", () => {
  it.each([
    [403, "issues=write", "The job needs `permissions: issues: write`."],
    [
      403,
      "actions=read,contents=write",
      "The job needs `permissions: actions: read` and `permissions: contents: write`.",
    ],
    [403, "pull_requests=read; issues=read", "The job needs `permissions: pull-requests: read`."],
    [
      403,
      "administration=read",
      "The token needs `administration: read`, which only a GitHub App's or a personal token can have.",
    ],
    [
      404,
      "actions=read",
      "The job needs `permissions: actions: read`. If it has that: Is o/r right, and may the token see it?",
    ],
  ])("of %i with %s accepted says: %s", (status, value, hint) => {
    expect(explain(refusal(status, accepted(value))).hint).toBe(hint);
  });

  it("says what was attempted, where, and what GitHub answered", () => {
    expect(explain(refusal(403, {})).message).toBe(
      "Could not read the run in o/r: GitHub answered 403 (No).",
    );
    expect(explain(refusal(500, null, "reset")).message).toContain("no usable answer from GitHub (reset)");
  });

  it("calls a 403 without quota what it is", () => {
    const headers = { ...accepted("issues=write"), "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1" };
    expect(explain(refusal(403, headers)).hint).toContain("quota is used up for now");
  });

  it("says where a token is made known to an organization with single sign-on", () => {
    const headers = { ...accepted("issues=write"), "x-github-sso": "required; url=https://github.test/sso" };
    expect(explain(refusal(403, headers)).hint).toContain("under Configure SSO");
  });

  it("says how to go on after an outage, in the words of whoever asked", () => {
    const subject = { doing: "read the run", repository: "o/r", again: "run this job again" };
    expect(explainGitHubError(refusal(502, {}), subject).hint).toContain("disturbed: run this job again.");
    expect(explain(refusal(502, {})).hint).toContain("run the report phase again");
  });

  it("bounds what the other side says and keeps it on one line", () => {
    const { message } = explain(refusal(502, {}, `<html>\n::error::${"x".repeat(5_000)}\u001b[2J`));
    expect(message.length).toBeLessThan(400);
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  it("keeps an explanation that was already given", () => {
    const known = new ChangeError("GITHUB_FAILED", "Too slow.");
    expect(explain(known)).toBe(known);
  });

  it("is made for what is no answer at all, too", () => {
    expect(explain(new TypeError("bug"))).toMatchObject({
      code: "GITHUB_FAILED",
      message: expect.stringContaining("bug"),
    });
  });
});
