import type { GitHubClient } from "../adapters/github/client.ts";
import { commandAuthoriser } from "../adapters/github/command-authoriser.ts";
import { pollCommands } from "../adapters/github/comment-commands.ts";
import type { TeamRoles } from "../gate/approval-facts.ts";
import type { Team } from "../plan/change.ts";
import type { Clock, People } from "../ports.ts";
import type { ChangeState } from "../rollout/state.ts";

type World = Readonly<{
  client: GitHubClient;
  repository: Readonly<{ owner: string; repo: string }>;
  clock: Clock;
  say: (line: string) => void;
}>;

/** Unchanged answers cost nothing of the quota, so looking often is cheap. */
const POLL_MS = 10_000;
/** An issue that was not there yet is opened when the first trigger fires. */
const ISSUE_MS = 2_000;
const ID = /^comment (\d+)$/;

/** Commands as comments on the change's issue, from its first announcement on. */
export function githubPeople({ client, repository, clock, say }: World): People {
  return {
    listen(state, onCommand, signal) {
      const authorise = commandAuthoriser({ client, repository, team: teamOf(state.change.team) });
      void (async () => {
        const issueNumber = await waitForIssue(state, clock, signal);
        if (issueNumber === null) return;
        await pollCommands({
          client,
          repository,
          issueNumber,
          sinceId: lastIdOf(state),
          sinceIso: new Date(state.startedMs).toISOString(),
          everyMs: POLL_MS,
          clock,
          signal,
          authorise,
          onCommand: ({ id, by, role, command, restore }) =>
            onCommand({ id: `comment ${id}`, by, role, command, ...(restore.length > 0 ? { restore } : {}) }),
          onTrouble: (error) => say(`Commands on the issue are not read at the moment: ${error.message}`),
        });
      })();
    },
  };
}

async function waitForIssue(state: ChangeState, clock: Clock, signal: AbortSignal): Promise<number | null> {
  while (!signal.aborted) {
    const number = /\/issues\/(\d+)$/.exec(state.issueUrl ?? "")?.[1];
    if (number !== undefined) return Number(number);
    await clock.sleep(ISSUE_MS, signal);
  }
  return null;
}

function lastIdOf({ commandIds }: ChangeState): number {
  return Math.max(0, ...[...commandIds].map((id) => Number(ID.exec(id)?.[1] ?? 0)));
}

/** A plan that names nobody leaves it to those who may write to the repository. */
function teamOf({ manager, engineers, quality, security }: Team): TeamRoles | null {
  const roles = { manager, engineers, quality, security };
  return Object.values(roles).every((people) => people.length === 0) ? null : roles;
}
