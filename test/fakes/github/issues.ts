import { commentJson, issueJson, labelJson } from "./issue-json.ts";
import { addIssue, type FakeIssue, type FakeState, type FakeUser } from "./state.ts";

export type Call = Readonly<{
  state: FakeState;
  user: FakeUser;
  params: Readonly<Record<string, string>>;
  query: Readonly<Record<string, string>>;
  body: Readonly<Record<string, unknown>>;
  base: string;
  /** Nothing newer than this revision is shown by a list; null shows everything. */
  asOf: number | null;
}>;

export type Answer = Readonly<{ status: number; body: unknown; headers?: Readonly<Record<string, string>> }>;

export type Handler = (call: Call) => Answer;

const ISSUES = "/repos/{owner}/{repo}/issues";

/** The operations that the fake carries out. Everything else in the description answers 501. */
export const handlers: Readonly<Record<string, Handler>> = {
  [`GET ${ISSUES}`]: guarded("read", listIssues),
  [`POST ${ISSUES}`]: guarded("write", createIssue),
  [`GET ${ISSUES}/{issue_number}`]: guarded("read", withIssue(showIssue)),
  [`PATCH ${ISSUES}/{issue_number}`]: guarded("write", withIssue(updateIssue)),
  [`GET ${ISSUES}/{issue_number}/comments`]: guarded("read", withIssue(listComments)),
  [`POST ${ISSUES}/{issue_number}/comments`]: guarded("write", withIssue(addComment)),
  [`POST ${ISSUES}/{issue_number}/labels`]: guarded("write", withIssue(addLabels)),
};

function guarded(needed: "read" | "write", handler: Handler): Handler {
  return (call) => {
    const { repository } = call.state;
    const headers = { "x-accepted-github-permissions": `issues=${needed}` };
    const known = call.params.owner === repository.owner && call.params.repo === repository.name;
    if (!known || call.user.issues === "none") return { ...refusal(404, "Not Found"), headers };
    if (needed === "write" && call.user.issues === "read") {
      return { ...refusal(403, "Resource not accessible by integration"), headers };
    }
    if (!repository.hasIssues) return refusal(410, "Issues has been disabled in this repository.");
    return handler(call);
  };
}

function withIssue(handler: (call: Call, issue: FakeIssue) => Answer): Handler {
  return (call) => {
    const wanted = Number(call.params.issue_number);
    const issue = call.state.repository.issues.find(({ number }) => number === wanted);
    return issue === undefined ? refusal(404, "Not Found") : handler(call, issue);
  };
}

function listIssues(call: Call): Answer {
  const { query, state, base } = call;
  const perPage = Math.min(Number(query.per_page ?? 30), 100);
  const page = Number(query.page ?? 1);
  const matching = state.repository.issues
    .filter((issue) => call.asOf === null || issue.revision <= call.asOf)
    .filter((issue) => (query.state ?? "open") === "all" || issue.state === (query.state ?? "open"))
    .filter((issue) => (query.labels?.split(",") ?? []).every((label) => issue.labels.includes(label)))
    .filter((issue) => query.creator === undefined || issue.author === query.creator)
    .sort((a, b) => (query.direction === "asc" ? a.number - b.number : b.number - a.number));
  const shown = matching.slice((page - 1) * perPage, page * perPage);
  return {
    status: 200,
    body: shown.map((issue) => issueJson(state, issue, base)),
    headers: page * perPage < matching.length ? nextPage(call, page + 1) : {},
  };
}

function nextPage({ query, base, params }: Call, page: number): Record<string, string> {
  const search = new URLSearchParams({ ...query, page: String(page) });
  return { link: `<${base}/repos/${params.owner}/${params.repo}/issues?${search}>; rel="next"` };
}

function showIssue({ state, base }: Call, issue: FakeIssue): Answer {
  return { status: 200, body: issueJson(state, issue, base) };
}

function createIssue(call: Call): Answer {
  const { state, user, body, base } = call;
  const wrong = findInvalid(call);
  if (wrong !== null) return wrong;
  const issue = addIssue(state.repository, {
    title: String(body.title),
    body: String(body.body ?? ""),
    author: user.login,
    labels: user.push ? names(body.labels) : [],
    assignees: user.push ? names(body.assignees) : [],
  });
  return { status: 201, body: issueJson(state, issue, base) };
}

function updateIssue(call: Call, issue: FakeIssue): Answer {
  const { state, user, body, base } = call;
  const wrong = findInvalid(call);
  if (wrong !== null) return wrong;
  if (typeof body.title === "string") issue.title = body.title;
  if (typeof body.body === "string") issue.body = body.body;
  if (user.push && body.labels !== undefined) issue.labels = names(body.labels);
  if (user.push && body.assignees !== undefined) issue.assignees = names(body.assignees);
  setIssueState(issue, body);
  return { status: 200, body: issueJson(state, issue, base) };
}

function setIssueState(issue: FakeIssue, body: Call["body"]): void {
  const wanted = body.state;
  if ((wanted !== "open" && wanted !== "closed") || wanted === issue.state) return;
  const reason = body.state_reason as FakeIssue["stateReason"] | undefined;
  issue.state = wanted;
  issue.stateReason = wanted === "open" ? "reopened" : (reason ?? "completed");
}

function listComments({ user, base }: Call, issue: FakeIssue): Answer {
  return { status: 200, body: issue.comments.map(() => commentJson(issue, user, base)) };
}

function addComment({ user, body, base }: Call, issue: FakeIssue): Answer {
  issue.comments.push(String(body.body));
  return { status: 201, body: commentJson(issue, user, base) };
}

function addLabels({ user, body, base }: Call, issue: FakeIssue): Answer {
  if (!user.push) return refusal(403, "Must have push access to repository");
  issue.labels = [...new Set([...issue.labels, ...names(body.labels)])];
  return { status: 200, body: issue.labels.map((label) => labelJson(base, label)) };
}

/** The limits and rules that GitHub keeps but does not describe. */
function findInvalid({ state, user, body }: Call): Answer | null {
  const problems: object[] = [];
  const invalid = (field: string, code: string) => problems.push({ resource: "Issue", field, code });
  if (String(body.title ?? "").length > 256) invalid("title", "too_long");
  if (String(body.body ?? "").length > 65_536) invalid("body", "too_long");
  const strangers = names(body.assignees).filter((login) => !state.repository.assignable.has(login));
  if (user.push && strangers.length > 0) invalid("assignees", "invalid");
  if (names(body.labels).some((label) => label.length > 50)) invalid("labels", "too_long");
  if (problems.length === 0) return null;
  return {
    status: 422,
    body: {
      message: "Validation Failed",
      errors: problems,
      documentation_url: "https://docs.github.com/rest",
    },
  };
}

export function refusal(status: number, message: string): Answer {
  return {
    status,
    body: { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
  };
}

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
