import type { FakeComment, FakeIssue, FakeState, FakeUser } from "./state.ts";

/** An issue as GitHub writes it. `base` is the API's address. */
export function issueJson(state: FakeState, issue: FakeIssue, base: string): object {
  const { owner, name } = state.repository;
  const repository = `${base}/repos/${owner}/${name}`;
  const url = `${repository}/issues/${issue.number}`;
  const page = `https://github.test/${owner}/${name}/${issue.pullRequest ? "pull" : "issues"}/${issue.number}`;
  return {
    id: 1_000 + issue.number,
    node_id: `I_${issue.number}`,
    number: issue.number,
    url,
    repository_url: repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: userJson(state, issue.author, base),
    author_association: findUser(state, issue.author).association,
    labels: issue.labels.map((label) => labelJson(repository, label)),
    assignee: issue.assignees[0] === undefined ? null : userJson(state, issue.assignees[0], base),
    assignees: issue.assignees.map((login) => userJson(state, login, base)),
    milestone: null,
    locked: false,
    comments: issue.comments.length,
    closed_at: issue.state === "closed" ? issue.createdAt : null,
    created_at: issue.createdAt,
    updated_at: issue.createdAt,
    ...(issue.pullRequest && { pull_request: { url, html_url: page, diff_url: page, patch_url: page } }),
  };
}

export function commentJson(state: FakeState, comment: FakeComment, base: string): object {
  const { id, author, body, createdAt, updatedAt } = comment;
  return {
    id,
    node_id: `IC_${id}`,
    url: `${base}/comments/${id}`,
    html_url: `https://github.test/comments/${id}`,
    issue_url: `${base}/issues/1`,
    body,
    user: userJson(state, author, base),
    author_association: findUser(state, author).association,
    created_at: createdAt,
    updated_at: updatedAt,
  };
}

export function labelJson(repositoryUrl: string, name: string): object {
  return {
    id: 7,
    node_id: "LA_7",
    url: `${repositoryUrl}/labels/${encodeURIComponent(name)}`,
    name,
    description: null,
    color: "ededed",
    default: false,
  };
}

function findUser(state: FakeState, login: string): FakeUser {
  const known = [...state.users.values()].find((user) => user.login === login);
  const type = login.endsWith("[bot]") ? "Bot" : "User";
  return known ?? { login, type, association: "NONE", issues: "none", push: false };
}

export function userJson(state: FakeState, login: string, base: string): object {
  const user = findUser(state, login);
  const url = `${base}/users/${encodeURIComponent(user.login)}`;
  const links = [
    "followers",
    "following",
    "gists",
    "starred",
    "subscriptions",
    "organizations",
    "repos",
    "events",
  ];
  return {
    login: user.login,
    id: 1,
    node_id: "U_1",
    avatar_url: `${url}/avatar`,
    gravatar_id: "",
    url,
    html_url: url,
    received_events_url: `${url}/received_events`,
    ...Object.fromEntries(links.map((link) => [`${link}_url`, `${url}/${link}`])),
    type: user.type,
    site_admin: false,
  };
}
