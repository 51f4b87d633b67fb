import { describe, expect, it } from "vitest";
import {
  arrange,
  CREATE,
  draft,
  ISSUES,
  LIST,
  MARKER,
  marked,
  onGitHub,
  openStore,
  UPDATE,
} from "./setup.ts";

const LABEL = "change-deploy";

describe.concurrent("publishing a change's issue", () => {
  it.concurrent(
    "opens exactly one, with the marker first, the labels and the assignees",
    onGitHub(async (github) => {
      const published = await openStore(github).publish(draft({ assignees: ["octocat", "@org/team"] }));

      expect(published).toEqual({
        url: "https://github.test/octo-org/shop/issues/1",
        number: 1,
        created: true,
        dropped: [],
      });
      expect(github.state.repository.issues).toMatchObject([
        {
          title: "Checkout 4.2.0 was rolled back",
          body: `${MARKER}\nWhat happened`,
          labels: [LABEL, "rollback"],
          assignees: ["octocat"],
          state: "open",
        },
      ]);
    }),
  );

  it.concurrent(
    "updates that one when another process publishes again",
    onGitHub(async (github) => {
      await openStore(github).publish(draft());
      const again = await openStore(github).publish(draft({ title: "Later", body: `${MARKER}\nMore` }));

      expect(again).toMatchObject({ number: 1, created: false });
      expect(github.state.repository.issues).toMatchObject([{ title: "Later", body: `${MARKER}\nMore` }]);
    }),
  );

  it.concurrent(
    "keeps the labels and assignees that people gave it meanwhile",
    onGitHub(async (github) => {
      const store = openStore(github);
      await store.publish(draft({ assignees: ["octocat"] }));
      Object.assign(github.state.repository.issues[0]!, {
        labels: ["seen", LABEL],
        assignees: ["hubot"],
      });
      await store.publish(draft({ assignees: ["octocat"] }));

      expect(marked(github)).toMatchObject([{ labels: ["seen", LABEL, "rollback"], assignees: ["hubot"] }]);
    }),
  );

  it.concurrent(
    "finds it again among 250 newer issues",
    onGitHub(async (github) => {
      await openStore(github).publish(draft());
      for (let i = 0; i < 250; i++) arrange(github, { labels: [LABEL], body: `<!-- other-${i} -->` });
      const again = await openStore(github).publish(draft());

      expect(again).toMatchObject({ number: 1, created: false });
      expect(github.state.repository.issues).toHaveLength(251);
    }),
  );

  it.concurrent(
    "needs at most four requests for a new issue and two for a known one",
    onGitHub(async (github) => {
      await openStore(github).publish(draft());
      expect(github.requests).toEqual([LIST, LIST, CREATE, LIST]);

      await openStore(github).publish(draft());
      expect(github.requests.slice(4)).toEqual([LIST, UPDATE]);
    }),
  );

  it.concurrent(
    "keeps two changes apart where one id is the beginning of the other",
    onGitHub(async (github) => {
      const store = openStore(github);
      const other = "<!-- change-deploy: production/CHG-10 -->";
      await store.publish(draft({ marker: other, body: "No marker in front" }));

      expect(await store.publish(draft())).toMatchObject({ number: 2, created: true });
      expect(github.state.repository.issues[0]?.body).toBe(`${other}\nNo marker in front`);
    }),
  );

  it.concurrent(
    "keeps the tasks that people have ticked",
    onGitHub(async (github) => {
      const store = openStore(github);
      const body = `${MARKER}\n- [ ] **Users told**, by noon\n- [ ] **Review held**, by noon`;
      await store.publish(draft({ body }));
      const issue = github.state.repository.issues[0]!;
      issue.body = issue.body.replace("[ ] **Users", "[x] **Users");
      await store.publish(draft({ body: body.replaceAll("noon", "one") }));

      expect(issue.body).toBe(`${MARKER}\n- [x] **Users told**, by one\n- [ ] **Review held**, by one`);
    }),
  );

  it.concurrent(
    "passes over a remembered address that is no issue of this repository",
    onGitHub(async (github) => {
      const store = openStore(github);
      for (const knownUrl of ["https://github.test/octo-org/other/issues/9", "/tmp/issues/CHG-1.md", null]) {
        await store.publish(draft({ knownUrl }));
      }
      expect(github.requests).not.toContain(`GET ${ISSUES}/{issue_number}`);
    }),
  );
});

describe.concurrent("an issue that only looks like the change's", () => {
  it.concurrent(
    "is left alone when it quotes the marker further down",
    onGitHub(async (github) => {
      arrange(github, { labels: [LABEL], body: `See this: ${MARKER}` });
      expect(await openStore(github).publish(draft())).toMatchObject({ number: 2, created: true });
    }),
  );

  it.concurrent(
    "is left alone when a stranger wrote it, marker first, without the right to label it",
    onGitHub(async (github) => {
      arrange(github, { author: "stranger", body: `${MARKER}\nMine!` });
      expect(await openStore(github).publish(draft())).toMatchObject({ number: 2, created: true });
      expect(github.state.repository.issues[0]).toMatchObject({ body: `${MARKER}\nMine!`, state: "open" });
    }),
  );

  it.concurrent(
    "is left alone when it is a pull request",
    onGitHub(async (github) => {
      arrange(github, { labels: [LABEL], body: MARKER, pullRequest: true });
      expect(await openStore(github).publish(draft())).toMatchObject({ number: 2, created: true });
    }),
  );
});

describe.concurrent("a closed issue of the change", () => {
  it.concurrent(
    "is reopened when a trigger fires again",
    onGitHub(async (github) => {
      arrange(github, { labels: [LABEL], body: MARKER, state: "closed", stateReason: "completed" });
      expect(await openStore(github).publish(draft())).toMatchObject({ number: 1, created: false });
      expect(marked(github)).toMatchObject([{ state: "open", stateReason: "reopened" }]);
    }),
  );

  it.concurrent(
    "is updated and stays closed when the report alone is new",
    onGitHub(async (github) => {
      arrange(github, { labels: [LABEL], body: MARKER, state: "closed", stateReason: "completed" });
      await openStore(github).publish(draft({ reopen: false }));
      expect(marked(github)).toMatchObject([{ state: "closed", body: `${MARKER}\nWhat happened` }]);
    }),
  );

  it.concurrent(
    "comes after an open one",
    onGitHub(async (github) => {
      arrange(github, { labels: [LABEL], body: MARKER, state: "closed" });
      arrange(github, { labels: [LABEL], body: MARKER });
      expect(await openStore(github).publish(draft())).toMatchObject({ number: 2 });
      expect(marked(github).map(({ state }) => state)).toEqual(["closed", "open"]);
    }),
  );
});

describe.concurrent("two processes that open the issue at the same moment", () => {
  it.concurrent(
    "leave one open: the older, with the other closed and pointing at it",
    onGitHub(async (github) => {
      const results = await Promise.all([
        openStore(github).publish(draft()),
        openStore(github).publish(draft()),
      ]);

      expect(marked(github)).toHaveLength(2);
      expect(results.map(({ number }) => number)).toEqual([1, 1]);
      expect(marked(github)).toMatchObject([
        { state: "open", comments: [] },
        { state: "closed", stateReason: "not_planned", comments: [{ body: expect.stringContaining("#1") }] },
      ]);
    }),
  );
});

describe.concurrent("closing by a newer success", () => {
  it.concurrent(
    "closes the open issue with a comment, once",
    onGitHub(async (github) => {
      const store = openStore(github);
      await store.publish(draft());
      expect(await store.closeBySuccess(MARKER, "4.2.1 succeeded.")).toEqual([1]);
      expect(await store.closeBySuccess(MARKER, "4.2.1 succeeded.")).toEqual([]);

      expect(marked(github)).toMatchObject([
        { state: "closed", stateReason: "completed", comments: [{ body: "4.2.1 succeeded." }] },
      ]);
    }),
  );

  it.concurrent(
    "does nothing where there is no issue",
    onGitHub(async (github) => {
      expect(await openStore(github).closeBySuccess(MARKER, "Fine.")).toEqual([]);
    }),
  );
});

describe.concurrent("what GitHub does not accept", () => {
  it.concurrent(
    "is cut to size: a title of 300 characters, a body of 200,000",
    onGitHub(async (github) => {
      const body = `${"😀 one line\n".repeat(20_000)}`;
      await openStore(github).publish(draft({ title: "x".repeat(300), body }));

      const [issue] = marked(github);
      expect(issue?.title).toHaveLength(250);
      expect(issue?.body.length).toBeLessThanOrEqual(60_000);
      expect(issue?.body).toMatch(/😀 one line\n\n\*The report is longer than an issue may be\..*\*\n$/);
    }),
  );

  it.concurrent(
    "is left out: an assignee who may not be assigned costs the assignment and not the issue",
    onGitHub(async (github) => {
      await openStore(github).publish(draft({ assignees: ["nobody"] }));
      expect(marked(github)).toMatchObject([{ assignees: [], labels: [LABEL, "rollback"] }]);
    }),
  );

  it.concurrent(
    "is missed by nobody: dropped labels and assignees neither fail nor double the issue",
    onGitHub(async (github) => {
      const { users } = github.state;
      users.set("token-of-the-job", { ...users.get("token-of-the-job")!, push: false });
      await openStore(github).publish(draft({ assignees: ["octocat"] }));
      const again = await openStore(github).publish(draft());

      expect(again).toMatchObject({ number: 1, created: false });
      expect(marked(github)).toMatchObject([{ labels: [], assignees: [] }]);
    }),
  );
});
