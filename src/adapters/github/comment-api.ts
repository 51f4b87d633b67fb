import type { CallLimits, GitHubClient } from "./client.ts";
import type { ConditionalReads } from "./conditional.ts";
import { isTrusted, type Repository, UnreadableAnswer } from "./issue-api.ts";
import { type Fields, inner, loginOf, needText, textOf } from "./read-api.ts";

export type Comment = Readonly<{
  id: number;
  /** null for an account that is gone. */
  login: string | null;
  body: string;
  url: string;
  createdAt: string;
  edited: boolean;
  /** Written by a person in person: no bot, and no app in somebody's name. */
  personal: boolean;
  /** Written by an app, or by somebody whom the repository's owner trusts. */
  trusted: boolean;
}>;

export type CommentApi = Readonly<{
  /** Oldest first, from `sinceIso` on by the last edit; null is from the beginning. */
  list(sinceIso: string | null): Promise<readonly Comment[]>;
  /** Tried once: repeating it would double the comment, so the caller has to look first. */
  add(body: string): Promise<Comment>;
}>;

type Place = Readonly<{ repository: Repository; issueNumber: number; limits: CallLimits }>;

const COMMENTS = "/repos/{owner}/{repo}/issues/{issue_number}/comments";
const PAGE_SIZE = 100;
const PAGES_MAX = 30;

export function commentApi(client: GitHubClient, reads: ConditionalReads, place: Place): CommentApi {
  const { repository, issueNumber, limits } = place;
  const where = { ...repository, issue_number: issueNumber };
  return {
    async list(sinceIso) {
      const since = sinceIso === null ? {} : { since: sinceIso };
      const found: Comment[] = [];
      // What lies beyond the bound is read once `since` has moved on.
      for (let page = 1; page <= PAGES_MAX; page++) {
        const query = { ...where, ...since, per_page: PAGE_SIZE, page };
        const data = await reads.get(COMMENTS, query, limits);
        if (!Array.isArray(data)) throw new UnreadableAnswer("a list of comments");
        found.push(...data.map((entry) => readComment(inner(entry))));
        if (data.length < PAGE_SIZE) break;
      }
      return found;
    },
    async add(body) {
      const request = { ...limits, retries: 0 };
      const { data } = await client.request(`POST ${COMMENTS}`, { ...where, body, request });
      return readComment(inner(data));
    },
  };
}

function readComment(comment: Fields): Comment {
  const { id, user, body, performed_via_github_app: app } = comment;
  if (typeof id !== "number") throw new UnreadableAnswer("a comment");
  const createdAt = needText(comment.created_at, "a comment with its time");
  return {
    id,
    login: loginOf(user),
    body: textOf(body) ?? "",
    url: textOf(comment.html_url) ?? "",
    createdAt,
    edited: comment.updated_at !== comment.created_at,
    personal: inner(user).type === "User" && (app === null || app === undefined),
    trusted: isTrusted(comment),
  };
}
