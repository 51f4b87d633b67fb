import type { IssueDraft, IssueStore } from "../../ports.ts";
import { keepTicks } from "../../report/owed.ts";
import type { GitHubClient } from "./client.ts";
import { commentApi } from "./comment-api.ts";
import { conditionalReads } from "./conditional.ts";
import { createIssue } from "./create-issue.ts";
import { withinDeadline } from "./deadline.ts";
import { explainGitHubError } from "./explain-error.ts";
import { type Issue, type IssueApi, type IssueFields, issueApi, type Repository } from "./issue-api.ts";
import { type PostedNote, postNote } from "./issue-notes.ts";
import { cutBody, issueFields } from "./issue-text.ts";
import { findMarked } from "./marker.ts";

export type PublishedIssue = Readonly<{
  url: string;
  number: number;
  created: boolean;
  /** Labels and assignees that GitHub left out without a word, for want of a permission. */
  dropped: readonly string[];
}>;

export type IssueNote = Readonly<{
  marker: string;
  knownUrl?: string | null;
  /** The same key is commented on once, through crashes and by whomever. */
  key: string;
  body: string;
}>;

/** All calls throw GITHUB_FAILED, within the deadline. */
export interface GitHubIssues extends IssueStore {
  /** Opens the marker's issue or updates it. May be repeated by anybody at any time: there stays one. */
  publish(draft: IssueDraft): Promise<PublishedIssue>;
  /** Closes the marker's open issue, with a comment, and gives the numbers closed; none is no error. */
  closeBySuccess(marker: string, comment: string): Promise<readonly number[]>;
  /** Comments on the marker's issue, so that whoever watches it is told. null: there is no such issue. */
  note(note: IssueNote): Promise<PostedNote | null>;
}

export type IssueStoreOptions = Readonly<{
  /** For a whole call, with all its waits and repeats. */
  deadlineMs?: number;
  /** The first wait before looking whether an unanswered create happened; tests shorten it. */
  pauseMs?: number;
}>;

const DEADLINE_MS = 60_000;
const PAUSE_MS = 1_000;

/** One issue per marker, found by label and hidden marker, never by search, which lags far behind. */
export function githubIssues(
  client: GitHubClient,
  repository: Repository,
  options: IssueStoreOptions = {},
): GitHubIssues {
  const { deadlineMs = DEADLINE_MS, pauseMs = PAUSE_MS } = options;
  const remembered = new Map<string, number>();
  const inTurn = oneAtATime();
  const explain = (doing: string) => (error: unknown) => {
    throw explainGitHubError(error, { doing, repository: `${repository.owner}/${repository.repo}` });
  };
  return {
    publish(draft) {
      const work = () =>
        withinDeadline(deadlineMs, async (limits) => {
          const api = issueApi(client, repository, limits);
          const { marker } = draft;
          const fields = issueFields(draft);
          const known = remembered.get(marker) ?? numberOf(draft.knownUrl ?? "", repository);
          const found = await findMarked(api, marker, known);
          const fresh = found.length > 0 ? null : await createIssue({ api, marker, fields, limits, pauseMs });
          const kept = await (fresh === null ? settle(api, found) : settleFresh(api, marker, fresh));
          remembered.set(marker, kept.number);
          if (kept !== fresh) await update(api, kept, { fields, reopen: draft.reopen ?? true });
          const dropped = kept === fresh ? findDropped(fields, fresh) : [];
          return { url: kept.url, number: kept.number, created: kept === fresh, dropped };
        });
      return inTurn(work).catch(explain("publish the change's issue"));
    },
    note({ marker, knownUrl, key, body }) {
      return withinDeadline(deadlineMs, async (limits) => {
        const known = remembered.get(marker) ?? numberOf(knownUrl ?? "", repository);
        const [kept] = inOrder(await findMarked(issueApi(client, repository, limits), marker, known));
        if (kept === undefined) return null;
        remembered.set(marker, kept.number);
        const place = { repository, issueNumber: kept.number, limits };
        const api = commentApi(client, conditionalReads(client), place);
        return postNote({ api, key, body, limits, pauseMs });
      }).catch(explain("comment on the change's issue"));
    },
    closeBySuccess(marker, comment) {
      const work = () =>
        withinDeadline(deadlineMs, async (limits) => {
          const api = issueApi(client, repository, limits);
          const found = await findMarked(api, marker, remembered.get(marker) ?? null);
          const open = found.filter((issue) => issue.open);
          for (const issue of open) await close(api, issue, { comment, reason: "completed" });
          return open.map((issue) => issue.number);
        });
      return inTurn(work).catch(explain("close the change's issue"));
    },
  };
}

/** Two that looked at the same moment would each open an issue: within a process there is no need to. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let line: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = line.then(work, work);
    line = turn;
    return turn;
  };
}

/** An issue that was opened can still be without what was asked for. */
function findDropped({ labels, assignees }: IssueFields, opened: Issue): readonly string[] {
  const has = (names: readonly string[], name: string) =>
    names.some((other) => other.toLowerCase() === name.toLowerCase());
  return [
    ...labels.filter((label) => !has(opened.labels, label)),
    ...assignees.filter((login) => !has(opened.assignees, login)),
  ];
}

function numberOf(url: string, { owner, repo }: Repository): number | null {
  const number = url.includes(`/${owner}/${repo}/issues/`) ? Number(url.split("/").at(-1)) : Number.NaN;
  return Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** The one that stays. Its open doubles are closed: whoever opened them had no time to. */
async function settle(api: IssueApi, found: readonly Issue[]): Promise<Issue> {
  const [kept, ...doubles] = inOrder(found) as [Issue, ...Issue[]];
  for (const double of doubles.filter((issue) => issue.open)) await closeDouble(api, double, kept);
  return kept;
}

/** Two processes that looked at the same moment both open one: each looks again, and closes its own at most. */
async function settleFresh(api: IssueApi, marker: string, fresh: Issue): Promise<Issue> {
  // The issue exists, which is what counts: a look that fails is made up for by the next publish.
  const seen = await findMarked(api, marker, null).catch((): readonly Issue[] => []);
  const [kept = fresh] = inOrder([fresh, ...seen.filter((issue) => issue.number !== fresh.number)]);
  if (kept !== fresh) await closeDouble(api, fresh, kept);
  return kept;
}

/** An open one before a closed one, then the oldest. */
function inOrder(issues: readonly Issue[]): readonly Issue[] {
  return [...issues].sort((a, b) => Number(b.open) - Number(a.open) || a.number - b.number);
}

async function closeDouble(api: IssueApi, double: Issue, kept: Issue): Promise<void> {
  const comment = `The same report as #${kept.number}, opened at the same time. It goes on there.`;
  // Whoever comes next sees a double that could not be closed, and tries again.
  await close(api, double, { comment, reason: "not_planned" }).catch(() => undefined);
}

type Update = Readonly<{ fields: IssueFields; reopen: boolean }>;

async function update(api: IssueApi, issue: Issue, { fields, reopen }: Update): Promise<void> {
  const missing = fields.labels.filter((label) => !issue.labels.includes(label));
  await api.update(issue.number, {
    title: fields.title,
    body: keepTicks(fields.body, issue.body),
    // GitHub replaces the whole list, so what people added has to be in it.
    ...(missing.length > 0 && { labels: [...issue.labels, ...missing] }),
    ...(reopen && !issue.open && { state: "open" as const }),
  });
}

type Closing = Readonly<{ comment: string; reason: "completed" | "not_planned" }>;

/** Closed first: a comment that fails leaves no issue open, and a repeat does not comment twice. */
async function close(api: IssueApi, issue: Issue, { comment, reason }: Closing): Promise<void> {
  await api.update(issue.number, { state: "closed", state_reason: reason });
  await api.comment(issue.number, cutBody(comment));
}
