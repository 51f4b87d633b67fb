import type { FakeState, FakeUser, Level } from "./state.ts";

export type Call = Readonly<{
  state: FakeState;
  user: FakeUser;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
  base: string;
  path: string;
  /** Nothing newer than this revision is shown by a list; null shows everything. */
  asOf: number | null;
}>;

export type Answer = Readonly<{ status: number; body: unknown; headers?: Readonly<Record<string, string>> }>;

export type Handler = (call: Call) => Answer;

export type Handlers = Readonly<Record<string, Handler>>;

type Needed = "read" | "write";

/** Does only what the token may, and names the permission in a header as GitHub does. */
export function guarded(scope: string, needed: Needed, handler: Handler): Handler {
  return (call) => {
    const { repository } = call.state;
    const headers = { "x-accepted-github-permissions": `${scope}=${needed}` };
    const known = call.params.owner === repository.owner && call.params.repo === repository.name;
    const level = levelOf(call.user, scope);
    if (!known || (scope === "issues" && level === "none")) return { ...notFound(), headers };
    if (level === "none" || (needed === "write" && level === "read")) {
      return { ...refusal(403, "Resource not accessible by integration"), headers };
    }
    return handler(call);
  };
}

/** A job's token may do all that a repository knows of, and sees nothing of an organization. */
export function levelOf(user: FakeUser, scope: string): Level {
  if (scope === "issues") return user.issues;
  return user.grants?.[scope] ?? (scope === "members" ? "none" : "write");
}

export function ok(body: unknown): Answer {
  return { status: 200, body };
}

export function refusal(status: number, message: string): Answer {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}

export function notFound(): Answer {
  return refusal(404, "Not Found");
}

/** One page of a list, with the link to the next. */
export function paged<T>(call: Call, entries: readonly T[], render: (entry: T) => unknown): Answer {
  const { query, base, path } = call;
  const perPage = Math.min(Number(query.per_page ?? 30), 100);
  const page = Number(query.page ?? 1);
  const shown = entries.slice((page - 1) * perPage, page * perPage);
  const search = new URLSearchParams({ ...query, page: String(page + 1) });
  const link = { link: `<${base}${path}?${search}>; rel="next"` };
  return { ...ok(shown.map(render)), headers: page * perPage < entries.length ? link : {} };
}

/** What a list shows that lags behind. */
export function visible<T extends { revision: number }>(call: Call, entries: readonly T[]): T[] {
  return entries.filter((entry) => call.asOf === null || entry.revision <= call.asOf);
}
