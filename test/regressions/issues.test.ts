import { describe, expect, it } from "vitest";
import { BREAK } from "../../src/report/clean.ts";
import { code, plain } from "../../src/report/markdown.ts";
import { draft, MARKER, marked, onGitHub, openStore } from "../adapters/github/setup.ts";
import { fleet } from "./fleet.ts";

describe("the one issue of a change", () => {
  it(
    "aspire#19805: two processes that publish at once leave one open issue",
    onGitHub(async (github) => {
      await Promise.all([openStore(github).publish(draft()), openStore(github).publish(draft())]);
      await openStore(github).publish(draft());
      expect(marked(github).filter(({ state }) => state === "open")).toHaveLength(1);
    }),
  );

  it(
    "pfblockerng#1968: is closed by a success that comes after it, and opened again by a later failure",
    onGitHub(async (github) => {
      const store = openStore(github);
      await store.publish(draft());
      await store.closeBySuccess(MARKER, "Attempt 2 has succeeded.");
      expect(marked(github).map(({ state }) => state)).toEqual(["closed"]);
      await store.publish(draft());
      expect(marked(github).map(({ state }) => state)).toEqual(["open"]);
    }),
  );

  it("ci-mgmt#1798: a failure is told where the change is told, as long as it is one and the same", async () => {
    const theatre = fleet({
      behave: ({ script }) => (script.includes("$CHANGE_VERSION") ? { code: 1 } : undefined),
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect(await theatre.run()).toBe("rolled-back");
    const markers = new Set(theatre.issues.map(({ issue }) => issue.marker));
    expect(theatre.issues.length).toBeGreaterThan(1);
    expect(markers.size).toBe(1);
  });
});

describe("words of strangers", () => {
  const HOSTILE = "@octocat @org/team \\@octocat &#64;octocat #12 GH-12 https://example.com";

  it("markup#1168: a backslash stops no mention, so the name itself is broken", () => {
    expect(plain(HOSTILE)).not.toMatch(/@(?!\u200b)/u);
    expect(plain("\\@octocat")).toContain(`@${BREAK}octocat`);
  });

  it("cmark-gfm#181: an entity becomes no mention: it stays the text that it was", () => {
    expect(plain("&#64;octocat")).toContain("&amp;");
    expect(plain("&#64;octocat")).not.toContain("&#64;");
  });

  it("dependabot-core#3157: code alone does not keep a mention in, for an e-mail loses the ticks", () => {
    expect(code("@octocat")).toContain(`@${BREAK}octocat`);
  });
});
