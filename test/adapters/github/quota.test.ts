import { expect, it, vi } from "vitest";
import { systemClock } from "../../../src/adapters/clock.ts";
import { githubClient } from "../../../src/adapters/github/client.ts";
import { commandAuthoriser } from "../../../src/adapters/github/command-authoriser.ts";
import { pollCommands } from "../../../src/adapters/github/comment-commands.ts";
import { issueCounter } from "../../../src/adapters/github/count-issues.ts";
import { githubDeployments } from "../../../src/adapters/github/deployments.ts";
import { outcomeStatuses, phaseStatus } from "../../../src/report/deployment-status.ts";
import { arrangeRun, decide } from "./approval-setup.ts";
import { draft, ISSUES, MARKER, onGitHub, openStore, REPOSITORY } from "./setup.ts";

it(
  "a change with every record that there is costs at most 25 requests of the quota",
  onGitHub(async (github) => {
    arrangeRun(github);
    const client = githubClient({ token: "token-of-the-job", apiUrl: github.url, secondMs: 1 });
    const record = {
      environment: "production",
      changeId: "CHG-1",
      commit: "c0ffee",
      title: "Checkout 4.2.0",
      pointers: {},
      logUrl: null,
      environmentUrl: null,
    };
    const deployments = githubDeployments({ client, repository: REPOSITORY }, record);
    const store = openStore(github);
    const end = new AbortController();

    expect(await decide(github)).toBe("rita@production");
    await store.publish(draft());
    const note = await store.note({ marker: MARKER, key: "warning", body: "How shall it go on?" });
    const polling = pollCommands({
      client,
      repository: REPOSITORY,
      issueNumber: 1,
      sinceId: 0,
      sinceIso: note?.createdAt ?? "",
      everyMs: 5,
      clock: systemClock(),
      signal: end.signal,
      authorise: commandAuthoriser({ client, repository: REPOSITORY, team: null }),
      onCommand: () => undefined,
    });
    for (const phase of ["gate", "prepare", "deploy", "verify"] as const) {
      await deployments.report(phaseStatus(phase));
    }
    const count = issueCounter(client, REPOSITORY);
    for (let look = 0; look < 20; look++) await count("incident", "2026-11-27T12:00:00Z");
    const looks = () => github.requests.filter((name) => name === `GET ${ISSUES}/{issue_number}/comments`);
    await vi.waitFor(() => expect(looks().length).toBeGreaterThan(30), { timeout: 20_000, interval: 5 });
    end.abort();
    await polling;
    for (const status of outcomeStatuses("succeeded")) await deployments.report(status);
    await store.closeBySuccess(MARKER, "Attempt 2 has succeeded.");

    expect(github.requests.length).toBeGreaterThan(60);
    expect(github.requests.length - github.notModified()).toBeLessThanOrEqual(25);
  }),
);
