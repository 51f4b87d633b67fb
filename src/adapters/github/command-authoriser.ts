import type { TeamRoles } from "../../gate/approval-facts.ts";
import { type AskedCommand, type Authorisation, authorise, teamsToAsk } from "../../gate/authorise.ts";
import type { GitHubClient } from "./client.ts";
import { withinDeadline } from "./deadline.ts";
import { explainGitHubError } from "./explain-error.ts";
import type { Repository } from "./issue-api.ts";
import { lookUpPeople } from "./people-facts.ts";
import { readApi } from "./read-api.ts";

type Given = Readonly<{
  client: GitHubClient;
  repository: Repository;
  /** The plan's; null where it names none. */
  team: TeamRoles | null;
}>;

const DEADLINE_MS = 30_000;
/** A refused person who tries again and again costs no request each time. */
const FRESH_MS = 60_000;
const KEPT_MAX = 200;

/** Asks GitHub about somebody who gives a command. Throws GITHUB_FAILED in an outage, which is no refusal. */
export function commandAuthoriser({ client, repository, team }: Given) {
  const answers = new Map<string, Readonly<{ answer: Authorisation; atMs: number }>>();
  const ask = (asked: AskedCommand) =>
    withinDeadline(DEADLINE_MS, async (limits) => {
      const { login } = asked;
      const memberships = teamsToAsk(asked).map((name) => ({ team: name, login }));
      const lookups = { memberships, writers: team === null ? [login] : [] };
      return authorise(asked, await lookUpPeople(readApi(client, repository, limits), lookups));
    }).catch((error: unknown) => {
      const subject = {
        doing: `look up what ${asked.login} may do`,
        repository: `${repository.owner}/${repository.repo}`,
        again: "it is asked again",
      };
      throw explainGitHubError(error, subject);
    });
  return async ({ login, command }: Pick<AskedCommand, "login" | "command">): Promise<Authorisation> => {
    const key = `${command} ${login.toLowerCase()}`;
    const known = answers.get(key);
    if (known !== undefined && performance.now() - known.atMs < FRESH_MS) return known.answer;
    const answer = await ask({ team, login, command });
    if (answers.size >= KEPT_MAX) answers.clear();
    answers.set(key, { answer, atMs: performance.now() });
    return answer;
  };
}
