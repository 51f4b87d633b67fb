import type { ChangeError } from "../../errors.ts";
import type { AskedCommand, Authorisation, CommandRole } from "../../gate/authorise.ts";
import { type CommandName, parseCommand } from "../../gate/parse-command.ts";
import type { Clock } from "../../ports.ts";
import type { GitHubClient } from "./client.ts";
import { type Comment, type CommentApi, commentApi } from "./comment-api.ts";
import { conditionalReads } from "./conditional.ts";
import { withinDeadline } from "./deadline.ts";
import { explainGitHubError } from "./explain-error.ts";
import type { Repository } from "./issue-api.ts";

export type GivenCommand = Readonly<{
  /** The comment's: the same command has the same id for ever. */
  id: number;
  by: string;
  role: CommandRole;
  command: CommandName;
  /** Backups that a rollback shall restore. */
  restore: readonly string[];
  url: string;
}>;

export type CommandPoll = Readonly<{
  client: GitHubClient;
  repository: Repository;
  issueNumber: number;
  /** Comments up to this id have been dealt with by an earlier process; 0 for none. */
  sinceId: number;
  /** Commands that are older are not meant for this attempt. By GitHub's clock: take it from one of its answers. */
  sinceIso: string;
  everyMs: number;
  clock: Clock;
  /** Ends the polling. */
  signal: AbortSignal;
  authorise(asked: Pick<AskedCommand, "login" | "command">): Promise<Authorisation>;
  onCommand(command: GivenCommand): void;
  /** GitHub does not answer; polling goes on, less often. */
  onTrouble?(error: ChangeError): void;
}>;

const LOOK_MS_MAX = 60_000;
/** Comments can appear out of order, by little. */
const SLACK_MS = 60_000;
const BACK_OFF_MAX = 8;
/** A crowd of strangers must not make us flood the issue. */
const REPLIES_MAX = 20;

/**
 * Looks at an issue's comments until the signal, and hands over each command that somebody gives who may,
 * once and in order. Whoever may not is told so, once. Never rejects.
 */
export async function pollCommands(poll: CommandPoll): Promise<void> {
  const { client, repository, issueNumber, clock, signal, everyMs } = poll;
  const reads = conditionalReads(client);
  const desk = new Desk(poll);
  let backOff = 1;
  while (!signal.aborted) {
    try {
      await withinDeadline(LOOK_MS_MAX, async (limits) => {
        const both = AbortSignal.any([limits.signal, signal]);
        const place = { repository, issueNumber, limits: { ...limits, signal: both } };
        await desk.look(commentApi(client, reads, place));
      });
      backOff = 1;
    } catch (error) {
      backOff = Math.min(backOff * 2, BACK_OFF_MAX);
      const subject = {
        doing: "look for commands on the issue",
        repository: `${repository.owner}/${repository.repo}`,
        again: "it is looked at again",
      };
      if (!signal.aborted) poll.onTrouble?.(explainGitHubError(error, subject));
    }
    await clock.sleep(everyMs * backOff, signal);
  }
}

/** What has been dealt with, and what is still to be answered. */
class Desk {
  readonly #poll: CommandPoll;
  readonly #done = new Set<number>();
  readonly #replies = new Map<number, string>();
  #repliesSent = 0;
  #sinceMs: number;

  constructor(poll: CommandPoll) {
    this.#poll = poll;
    this.#sinceMs = Date.parse(poll.sinceIso);
  }

  async look(api: CommentApi): Promise<void> {
    const comments = await api.list(toSeconds(this.#sinceMs));
    for (const comment of comments) this.#forget(comment);
    for (const comment of comments) {
      if (this.#poll.signal.aborted) return;
      if (!this.#isNew(comment)) continue;
      await this.#decide(comment);
      this.#done.add(comment.id);
    }
    const newest = Math.max(...comments.map(({ createdAt }) => Date.parse(createdAt)), 0);
    this.#sinceMs = Math.max(this.#sinceMs, newest - SLACK_MS);
    // Commands first: writing a comment takes its time.
    await this.#answer(api);
  }

  #isNew({ id, createdAt, personal }: Comment): boolean {
    const { sinceId, sinceIso } = this.#poll;
    if (!personal || id <= sinceId || this.#done.has(id)) return false;
    return Date.parse(createdAt) >= Math.floor(Date.parse(sinceIso) / 1_000) * 1_000;
  }

  /** A process before this one has answered already. */
  #forget({ body, trusted }: Comment): void {
    const answered = trusted ? /^<!-- change-deploy: reply to (\d+) -->/u.exec(body) : null;
    if (answered === null) return;
    this.#replies.delete(Number(answered[1]));
    this.#done.add(Number(answered[1]));
  }

  async #decide({ id, login, body, edited, url }: Comment): Promise<void> {
    const parsed = parseCommand(body);
    if (parsed === null || login === null) return;
    if (!parsed.ok) return this.#refuse(id, login, parsed.message);
    if (edited) return this.#refuse(id, login, "An edited comment is no command: write a new one.");
    const { name: command, restore } = parsed.command;
    const answer = await this.#poll.authorise({ login, command });
    if (!answer.ok) return this.#refuse(id, login, answer.message);
    if (!this.#poll.signal.aborted) {
      this.#poll.onCommand({ id, by: login, role: answer.role, command, restore, url });
    }
  }

  #refuse(id: number, login: string, message: string): void {
    this.#replies.set(id, `<!-- change-deploy: reply to ${id} -->\n\`${login}\`: ${message}\n`);
  }

  async #answer(api: CommentApi): Promise<void> {
    for (const [id, body] of this.#replies) {
      if (this.#poll.signal.aborted || this.#repliesSent >= REPLIES_MAX) return;
      // Once, whatever becomes of it: two answers are worse than none.
      this.#replies.delete(id);
      this.#repliesSent += 1;
      await api.add(body);
    }
  }
}

function toSeconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
