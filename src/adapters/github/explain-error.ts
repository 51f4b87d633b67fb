import { ChangeError } from "../../errors.ts";

/** What octokit throws has this shape; a connection that failed has status 500 and no response. */
export type ApiFailure = Readonly<{
  status: number;
  message: string;
  response?: Readonly<{ headers?: Readonly<Record<string, unknown>>; data?: unknown }>;
}>;

type Subject = Readonly<{
  doing: string;
  repository: string;
  /** What mends an outage, in the middle of a sentence. */
  again?: string;
}>;

const MESSAGE_CHARS_MAX = 300;

/** The names under `permissions:` of a job; anything else takes a token of another kind. */
const JOB_PERMISSIONS = new Set([
  "actions",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "issues",
  "packages",
  "pages",
  "pull-requests",
  "security-events",
  "statuses",
]);

/** Turns whatever a GitHub call threw into one sentence on what failed and one on what mends it. */
export function explainGitHubError(error: unknown, subject: Subject): ChangeError {
  const { doing, repository, again = "run the report phase again once it answers" } = subject;
  const outage = `GitHub or the way to it is disturbed: ${again}.`;
  if (error instanceof ChangeError) return error;
  if (!isApiFailure(error)) {
    const text = error instanceof Error ? error.message : String(error);
    const options = { cause: error, hint: outage };
    return new ChangeError("GITHUB_FAILED", `Could not ${doing} in ${repository}: ${plain(text)}`, options);
  }
  const answer =
    error.response === undefined ? "no usable answer from GitHub" : `GitHub answered ${error.status}`;
  const message = `Could not ${doing} in ${repository}: ${answer} (${plain(error.message)}).`;
  return new ChangeError("GITHUB_FAILED", message, {
    cause: error,
    hint: findHint(error, repository) ?? outage,
  });
}

export function isApiFailure(error: unknown): error is Error & ApiFailure {
  return error instanceof Error && "status" in error && typeof error.status === "number";
}

const SSO_HINT =
  "The organization wants single sign-on: authorize the token for it in the token's settings, under Configure SSO.";

/** null where nothing is wrong but that GitHub, or the way to it, fails. */
function findHint(error: ApiFailure, repository: string): string | null {
  switch (error.status) {
    case 401:
      return "The token is wrong or has expired: leave the input `token` out, or give one that is valid.";
    case 403:
    case 429:
      if (header(error, "x-github-sso") !== null) return SSO_HINT;
      return isRateLimited(error) ? explainLimit(error) : explainPermission(error, repository);
    case 404:
      return explainPermission(error, repository);
    case 410:
      return `Issues are disabled in ${repository}, or this one was deleted: enable them in its settings, under General, Features.`;
    case 422:
      return "GitHub took the request for invalid: the reason is in the message.";
    default:
      return null;
  }
}

function explainPermission(error: ApiFailure, repository: string): string {
  const accepted = header(error, "x-accepted-github-permissions");
  const visible = `Is ${repository} right, and may the token see it?`;
  if (accepted === null) return error.status === 404 ? visible : "The token lacks a permission for this.";
  // `a=read,b=write; c=write`: all of the first, or all of the second. One way to mend it is enough.
  const wanted = (accepted.split(";")[0] ?? "").split(",").map((entry) => permission(entry.trim()));
  const needs = wanted.every(({ forJobs }) => forJobs)
    ? `The job needs ${wanted.map(({ text }) => `\`permissions: ${text}\``).join(" and ")}.`
    : `The token needs ${wanted.map(({ text }) => `\`${text}\``).join(" and ")}, which only a GitHub App's or a personal token can have.`;
  return error.status === 404 ? `${needs} If it has that: ${visible}` : needs;
}

function permission(entry: string): { text: string; forJobs: boolean } {
  const [name = "", level = "read"] = entry.split("=");
  const key = name.replaceAll("_", "-");
  return { text: plain(`${key}: ${level}`), forJobs: JOB_PERMISSIONS.has(key) };
}

function isRateLimited(error: ApiFailure): boolean {
  return header(error, "x-ratelimit-remaining") === "0" || /rate limit/i.test(error.message);
}

function explainLimit(error: ApiFailure): string {
  const resetMs = Number(header(error, "x-ratelimit-reset") ?? Number.NaN) * 1_000;
  const known = header(error, "x-ratelimit-remaining") === "0" && resetMs > Date.now() && resetMs < 8.64e15;
  const when = known ? `until ${new Date(resetMs).toISOString()}` : "for now";
  return `GitHub's request quota is used up ${when}: try again after that.`;
}

function header(error: ApiFailure, name: string): string | null {
  const value = error.response?.headers?.[name];
  return typeof value === "string" || typeof value === "number" ? String(value) : null;
}

/** Text from the other side: one line, bounded, without control characters. */
function plain(text: string): string {
  return text
    .replaceAll(/\p{C}+/gu, " ")
    .slice(0, MESSAGE_CHARS_MAX)
    .trim();
}
