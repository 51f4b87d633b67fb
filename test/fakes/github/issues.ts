import {
  type Answer,
  type Call,
  guarded,
  type Handler,
  type Handlers,
  ok,
  paged,
  refusal,
  visible,
} from "./answer.ts";
import { commentJson, issueJson, labelJson } from "./issue-json.ts";
import { addComment, addIssue, type FakeIssue } from "./state.ts";

const ISSUES = "/repos/{owner}/{repo}/issues";

export const issueHandlers: Handlers = {
  [`GET ${ISSUES}`]: guarded("issues", "read", whereEnabled(listIssues)),
  [`POST ${ISSUES}`]: guarded("issues", "write", whereEnabled(createIssue)),
  [`GET ${ISSUES}/{issue_number}`]: guarded("issues", "read", withIssue(showIssue)),
  [`PATCH ${ISSUES}/{issue_number}`]: guarded("issues", "write", withIssue(updateIssue)),
  [`GET ${ISSUES}/{issue_number}/comments`]: guarded("issues", "read", withIssue(listComments)),
  [`POST ${ISSUES}/{issue_number}/comments`]: guarded("issues", "write", withIssue(writeComment)),
  [`POST ${ISSUES}/{issue_number}/labels`]: guarded("issues", "write", withIssue(addLabels)),
};

function withIssue(handler: (call: Call, issue: FakeIssue) => Answer): Handler {
  return whereEnabled((call) => {
    const wanted = Number(call.params.issue_number);
    const issue = call.state.repository.issues.find(({ number }) => number === wanted);
    return issue === undefined ? refusal(404, "Not Found") : handler(call, issue);
  });
}

function whereEnabled(handler: Handler): Handler {
  return (call) =>
    call.state.repository.hasIssues
      ? handler(call)
      : refusal(410, "Issues has been disabled in this repository.");
}

function listIssues(call: Call): Answer {
  const { query, state, base } = call;
  const matching = visible(call, state.repository.issues)
    .filter((issue) => (query.state ?? "open") === "all" || issue.state === (query.state ?? "open"))
    .filter((issue) => (query.labels?.split(",") ?? []).every((label) => issue.labels.includes(label)))
    .filter((issue) => query.creator === undefined || issue.author === query.creator)
    .filter((issue) => query.since === undefined || issue.createdAt >= query.since)
    .sort((a, b) => (query.direction === "asc" ? a.number - b.number : b.number - a.number));
  return paged(call, matching, (issue) => issueJson(state, issue, base));
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

/** Oldest first; `since` goes by the last edit. */
function listComments(call: Call, issue: FakeIssue): Answer {
  const { query, state, base } = call;
  const shown = visible(call, issue.comments).filter(
    ({ updatedAt }) => query.since === undefined || Date.parse(updatedAt) >= Date.parse(query.since),
  );
  return paged(call, shown, (comment) => commentJson(state, comment, base));
}

function writeComment({ state, user, body, base }: Call, issue: FakeIssue): Answer {
  const added = addComment(state.repository, issue, { author: user.login, body: String(body.body) });
  return { ...ok(commentJson(state, added, base)), status: 201 };
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

function names(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
