import { describe, expect, it, vi } from "vitest";
import { systemClock } from "../../../src/adapters/clock.ts";
import { githubClient } from "../../../src/adapters/github/client.ts";
import { commandAuthoriser } from "../../../src/adapters/github/command-authoriser.ts";
import {
  type CommandPoll,
  type GivenCommand,
  pollCommands,
} from "../../../src/adapters/github/comment-commands.ts";
import type { TeamRoles } from "../../../src/gate/approval-facts.ts";
import { type Failure, secondaryLimit } from "../../fakes/github/faults.ts";
import type { FakeGitHub } from "../../fakes/github/server.ts";
import { addComment, type FakeComment } from "../../fakes/github/state.ts";
import { team } from "../../gate/approval-setup.ts";
import { token } from "./approval-setup.ts";
import { arrange, ISSUES, onGitHub, REPOSITORY } from "./setup.ts";

const COMMENTS = `GET ${ISSUES}/{issue_number}/comments`;
const PERMISSION = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
const FOREVER = { timeout: 20_000, interval: 5 };

type Polling = { given: GivenCommand[]; troubles: string[]; looks(): number; stop(): Promise<void> };

type Options = Partial<Pick<CommandPoll, "sinceId" | "sinceIso">> & {
  team?: TeamRoles | null;
  requestTimeoutMs?: number;
};

/** Polls the first issue as a process would, until it is stopped. */
function poll(github: FakeGitHub, options: Options = {}): Polling {
  const client = githubClient({
    token: "token-of-the-job",
    apiUrl: github.url,
    secondMs: 1,
    requestTimeoutMs: options.requestTimeoutMs ?? 5_000,
  });
  const end = new AbortController();
  const given: GivenCommand[] = [];
  const troubles: string[] = [];
  const finished = pollCommands({
    client,
    repository: REPOSITORY,
    issueNumber: 1,
    sinceId: options.sinceId ?? 0,
    sinceIso: options.sinceIso ?? "2026-11-01T00:00:00Z",
    everyMs: 5,
    clock: systemClock(),
    signal: end.signal,
    authorise: commandAuthoriser({ client, repository: REPOSITORY, team: options.team ?? null }),
    onCommand: (command) => given.push(command),
    onTrouble: (error) => troubles.push(error.message),
  });
  const looks = () => github.requests.filter((name) => name === COMMENTS).length;
  const stop = async () => {
    end.abort();
    await finished;
  };
  return { given, troubles, looks, stop };
}

function say(github: FakeGitHub, author: string, comment: string | Partial<FakeComment>): FakeComment {
  const { repository } = github.state;
  const fields = typeof comment === "string" ? { body: comment } : comment;
  return addComment(repository, repository.issues[0] ?? arrange(github, {}), { author, ...fields });
}

const replies = ({ state }: FakeGitHub) =>
  (state.repository.issues[0]?.comments ?? []).filter(({ author }) => author === token.login);
const allow = ({ state }: FakeGitHub, login: string) => state.repository.permissions.set(login, "write");

/** Until every comment that was there has been looked at, and nothing more is under way. */
async function settled(polling: Polling): Promise<void> {
  const before = polling.looks();
  await vi.waitFor(() => expect(polling.looks()).toBeGreaterThan(before + 2), FOREVER);
}

describe.concurrent("a command on the issue", () => {
  it.concurrent(
    "is handed over, once, with who gave it and as what",
    onGitHub(async (github) => {
      arrange(github, {});
      allow(github, "walter");
      const polling = poll(github);
      await settled(polling);
      const { id } = say(github, "walter", "/rollback restore database\nLatency is up.");
      await vi.waitFor(() => expect(polling.given).toHaveLength(1), FOREVER);
      await settled(polling);
      await polling.stop();
      expect(polling.given).toEqual([
        {
          id,
          by: "walter",
          role: "collaborator",
          command: "rollback",
          restore: ["database"],
          url: `https://github.test/comments/${id}`,
        },
      ]);
    }),
  );

  it.concurrent(
    "costs nothing of the quota until there is one",
    onGitHub(async (github) => {
      arrange(github, {});
      const polling = poll(github);
      await vi.waitFor(() => expect(polling.looks()).toBeGreaterThan(5), FOREVER);
      await polling.stop();
      expect(github.notModified()).toBeGreaterThanOrEqual(polling.looks() - 2);
    }),
  );

  it.concurrent(
    "comes in the order in which it was given, among hundreds of other comments",
    onGitHub(async (github) => {
      allow(github, "walter");
      say(github, "walter", "/hold");
      for (let i = 0; i < 250; i++) say(github, "joe", "What happens?");
      say(github, "walter", "/continue");
      const polling = poll(github);
      await vi.waitFor(() => expect(polling.given).toHaveLength(2), FOREVER);
      await polling.stop();
      expect(polling.given.map(({ command }) => command)).toEqual(["hold", "continue"]);
    }),
  );

  it.concurrent(
    "is not handed over again by the next process",
    onGitHub(async (github) => {
      allow(github, "walter");
      const { id } = say(github, "walter", "/hold");
      const polling = poll(github, { sinceId: id });
      await settled(polling);
      const next = say(github, "walter", "/continue");
      await vi.waitFor(() => expect(polling.given).toHaveLength(1), FOREVER);
      await polling.stop();
      expect(polling.given).toMatchObject([{ id: next.id, command: "continue" }]);
    }),
  );

  it.concurrent(
    "of an earlier attempt is none for this one",
    onGitHub(async (github) => {
      allow(github, "walter");
      say(github, "walter", {
        body: "/rollback",
        createdAt: "2026-10-01T00:00:00Z",
        updatedAt: "2026-10-01T00:00:00Z",
      });
      const polling = poll(github);
      await settled(polling);
      await polling.stop();
      expect(polling.given).toEqual([]);
    }),
  );

  it.concurrent.each([
    ["a bot's", "renovate[bot]", "/continue"],
    ["our own", token.login, "/continue"],
    ["in a quotation", "walter", "> /continue"],
    ["not on the first line", "walter", "I say:\n/continue"],
  ])("is none when it is %s", async (_, author, body) => {
    await onGitHub(async (github) => {
      allow(github, author);
      say(github, author, body);
      const polling = poll(github);
      await settled(polling);
      await polling.stop();
      expect(polling.given).toEqual([]);
      expect(replies(github).filter((reply) => reply.body !== body)).toEqual([]);
    })();
  });
});

describe.concurrent("a command by somebody who may not give it", () => {
  it.concurrent(
    "is answered once, and by no later process again",
    onGitHub(async (github) => {
      const { id } = say(github, "joe", "/abort");
      const polling = poll(github);
      await vi.waitFor(() => expect(replies(github)).toHaveLength(1), FOREVER);
      await settled(polling);
      await polling.stop();
      const again = poll(github);
      await settled(again);
      await again.stop();
      expect([...polling.given, ...again.given]).toEqual([]);
      expect(replies(github)).toMatchObject([
        {
          body: `<!-- change-deploy: reply to ${id} -->\n\`joe\`: The plan names no team, so only those who may write to the repository may do this.\n`,
        },
      ]);
    }),
  );

  it.concurrent(
    "is answered once where nobody knows whether the answer was written",
    onGitHub(async (github) => {
      say(github, "joe", "/abort");
      github.inject({
        on: `POST ${ISSUES}/{issue_number}/comments`,
        times: 1,
        failure: { kind: "do-then-fail", status: 502 },
      });
      const polling = poll(github);
      await vi.waitFor(() => expect(replies(github)).toHaveLength(1), FOREVER);
      await settled(polling);
      await polling.stop();
      expect(replies(github)).toHaveLength(1);
    }),
  );

  it.concurrent(
    "is told how a command is written, and that an edited one is none",
    onGitHub(async (github) => {
      allow(github, "walter");
      say(github, "walter", "/rollback everything");
      say(github, "walter", { body: "/abort", updatedAt: "2026-11-02T00:00:00Z" });
      const polling = poll(github);
      await vi.waitFor(() => expect(replies(github)).toHaveLength(2), FOREVER);
      await polling.stop();
      expect(polling.given).toEqual([]);
      expect(replies(github).map(({ body }) => body.split("\n")[1])).toEqual([
        "`walter`: Write `/rollback`, or `/rollback restore NAME` with the names of the plan's backups.",
        "`walter`: An edited comment is no command: write a new one.",
      ]);
    }),
  );

  it.concurrent(
    "does not hold up one by somebody who may",
    onGitHub(async (github) => {
      allow(github, "walter");
      for (let i = 0; i < 5; i++) say(github, "joe", "/rollback");
      say(github, "walter", "/hold");
      const polling = poll(github);
      await vi.waitFor(() => expect(polling.given).toHaveLength(1), FOREVER);
      await polling.stop();
      expect(replies(github).length).toBeLessThanOrEqual(1);
      // Asking five times about the same person costs one request.
      expect(github.requests.filter((name) => name === PERMISSION)).toHaveLength(2);
    }),
  );
});

describe.concurrent("the plan's team", () => {
  const parts = team({ manager: ["mona"], engineers: ["@octo-org/platform"] });

  it.concurrent(
    "decides where there is one, and writing to the repository does not",
    onGitHub(async (github) => {
      github.state.users.set("token-of-the-job", { ...token, grants: { members: "read" } });
      github.state.teams.set("octo-org/platform", ["eva"]);
      allow(github, "walter");
      for (const [who, what] of [
        ["walter", "/hold"],
        ["eva", "/hold"],
        ["mona", "/abort"],
      ] as const) {
        say(github, who, what);
      }
      const polling = poll(github, { team: parts });
      await vi.waitFor(() => expect(replies(github)).toHaveLength(1), FOREVER);
      await polling.stop();
      expect(polling.given.map(({ by, role, command }) => [by, role, command])).toEqual([
        ["eva", "engineers", "hold"],
        ["mona", "manager", "abort"],
      ]);
    }),
  );

  it.concurrent(
    "that the token cannot see is a no, with the permission that is missing",
    onGitHub(async (github) => {
      say(github, "eva", "/hold");
      const polling = poll(github, { team: parts });
      await vi.waitFor(() => expect(replies(github)).toHaveLength(1), FOREVER);
      await polling.stop();
      expect(polling.given).toEqual([]);
      expect(replies(github)[0]?.body).toContain("`members: read`");
    }),
  );
});

const passing: [string, Failure][] = [
  ["502", { kind: "refuse", status: 502 }],
  ["a secondary rate limit", secondaryLimit],
  ["422", { kind: "refuse", status: 422 }],
  ["an answer that never comes", { kind: "hang-after" }],
  ["a proxy's page", { kind: "wrong-type" }],
  ["JSON of another shape", { kind: "wrong-shape" }],
  ["a list that lags behind", { kind: "stale" }],
];

describe.concurrent.each(passing)("with %s for a while", (_, failure) => {
  it.concurrent(
    "a command is late, and neither lost nor doubled",
    onGitHub(async (github) => {
      arrange(github, {});
      allow(github, "walter");
      github.inject({ on: COMMENTS, times: 3, failure });
      if (failure.kind !== "stale") github.inject({ on: PERMISSION, times: 2, failure });
      say(github, "walter", "/hold");
      const polling = poll(github, { requestTimeoutMs: 300 });
      await vi.waitFor(() => expect(polling.given).toHaveLength(1), FOREVER);
      await settled(polling);
      await polling.stop();
      expect(polling.given).toHaveLength(1);
      expect(replies(github)).toEqual([]);
    }),
  );
});

describe.concurrent("polling without an end to the trouble", () => {
  it.concurrent(
    "says what the trouble is, and ends at once when it is told to",
    onGitHub(async (github) => {
      github.state.users.set("token-of-the-job", { ...token, issues: "none" });
      const polling = poll(github);
      await vi.waitFor(() => expect(polling.troubles.length).toBeGreaterThan(1), FOREVER);
      await polling.stop();
      expect(polling.troubles[0]).toContain(
        "Could not look for commands on the issue in octo-org/shop: GitHub answered 404",
      );
    }),
  );
});
