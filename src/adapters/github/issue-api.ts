import type { CallLimits, GitHubClient } from "./client.ts";
import { isApiFailure } from "./explain-error.ts";

export type Repository = Readonly<{ owner: string; repo: string }>;

export type Issue = Readonly<{
  number: number;
  url: string;
  open: boolean;
  body: string;
  labels: readonly string[];
  assignees: readonly string[];
  /** Written by an app, or by somebody whom the repository's owner trusts. */
  trusted: boolean;
}>;

export type IssueFields = Readonly<{
  title: string;
  body: string;
  labels: readonly string[];
  assignees: readonly string[];
}>;

export type IssueApi = Readonly<{
  /** Newest first, open and closed, pull requests left out; `full` says that there may be more. */
  list(query: Readonly<{ label: string | null; page: number }>): Promise<{ issues: Issue[]; full: boolean }>;
  /** null when there is none, or none any more. */
  get(number: number): Promise<Issue | null>;
  /** Tried once: repeating it could double the issue, so the caller has to look first. */
  create(fields: IssueFields): Promise<Issue>;
  update(number: number, fields: IssueChange): Promise<Issue>;
  comment(number: number, body: string): Promise<void>;
}>;

export type IssueChange = Partial<
  Readonly<{
    title: string;
    body: string;
    labels: readonly string[];
    state: "open" | "closed";
    state_reason: "completed" | "not_planned";
  }>
>;

const PAGE_SIZE = 100;
const ISSUES = "/repos/{owner}/{repo}/issues";
const ISSUE = `${ISSUES}/{issue_number}` as const;
const TRUSTED = new Set(["OWNER", "MEMBER", "COLLABORATOR"]);

/** The requests that we make about issues, with every answer checked for being one. */
export function issueApi(client: GitHubClient, repository: Repository, limits: CallLimits): IssueApi {
  const request = { ...limits };
  const once = { ...limits, retries: 0 };
  return {
    async list({ label, page }) {
      const query = { state: "all", sort: "created", direction: "desc", per_page: PAGE_SIZE, page } as const;
      const labels = label === null ? {} : { labels: label };
      const { data } = await client.request(`GET ${ISSUES}`, { ...repository, ...query, ...labels, request });
      const entries: unknown = data;
      if (!Array.isArray(entries)) throw new UnreadableAnswer("a list of issues");
      const issues = entries.filter((entry) => !("pull_request" in Object(entry))).map(readIssue);
      return { issues, full: entries.length === PAGE_SIZE };
    },
    async get(number) {
      try {
        const { data } = await client.request(`GET ${ISSUE}`, {
          ...repository,
          issue_number: number,
          request,
        });
        return readIssue(data);
      } catch (error) {
        if (isApiFailure(error) && (error.status === 404 || error.status === 410)) return null;
        throw error;
      }
    },
    async create({ labels, assignees, ...fields }) {
      const lists = { labels: [...labels], ...(assignees.length > 0 && { assignees: [...assignees] }) };
      const body = { ...repository, ...fields, ...lists, request: once };
      return readIssue((await client.request(`POST ${ISSUES}`, body)).data);
    },
    async update(number, { labels, ...fields }) {
      const changed = { ...fields, ...(labels && { labels: [...labels] }) };
      const body = { ...repository, issue_number: number, ...changed, request };
      return readIssue((await client.request(`PATCH ${ISSUE}`, body)).data);
    },
    async comment(number, body) {
      const fields = { ...repository, issue_number: number, body, request: once };
      await client.request(`POST ${ISSUE}/comments`, fields);
    },
  };
}

/** A 2xx whose body is not what was asked for: a cut connection, or some proxy's page. */
export class UnreadableAnswer extends Error {
  constructor(wanted: string) {
    super(`the answer was not ${wanted}`);
    this.name = "UnreadableAnswer";
  }
}

/** After it nobody knows whether a write happened: no answer, an unreadable one, a server error, or a refusal that passes. */
export function isAmbiguous(error: unknown): boolean {
  if (error instanceof UnreadableAnswer) return true;
  return isApiFailure(error) && (error.status >= 500 || error.status === 409 || error.status === 429);
}

// Octokit hands over a body that it could not read as text, so the declared types prove nothing.
function readIssue(value: unknown): Issue {
  const issue = Object(value) as Readonly<Record<string, unknown>>;
  const { number, html_url: url, state, body, labels, user, author_association: association } = issue;
  if (typeof number !== "number" || typeof url !== "string") throw new UnreadableAnswer("an issue");
  return {
    number,
    url,
    open: state === "open",
    body: typeof body === "string" ? body : "",
    labels: Array.isArray(labels) ? labels.map(labelName) : [],
    assignees: Array.isArray(issue.assignees) ? issue.assignees.map(assigneeName) : [],
    trusted: isTrusted({ user, author_association: association }),
  };
}

/** Whether an app wrote it, or somebody whom the repository's owner trusts. */
export function isTrusted({
  user,
  author_association: association,
}: Readonly<Record<string, unknown>>): boolean {
  const author = Object(user) as Readonly<Record<string, unknown>>;
  return author.type === "Bot" || TRUSTED.has(String(association));
}

function assigneeName(user: unknown): string {
  return String((Object(user) as { login?: unknown }).login ?? "");
}

function labelName(label: unknown): string {
  return typeof label === "string" ? label : String((Object(label) as { name?: unknown }).name ?? "");
}
