/** What the fake GitHub remembers between requests. Tests read it, and arrange with it. */
export type FakeComment = {
  id: number;
  author: string;
  body: string;
  createdAt: string;
  updatedAt: string;
  revision: number;
};

export type FakeIssue = {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  labels: string[];
  assignees: string[];
  author: string;
  comments: FakeComment[];
  pullRequest: boolean;
  createdAt: string;
  /** Grows with every change to the repository; stale reads go by it. */
  revision: number;
};

export type FakeEnvironment = {
  name: string;
  /** Users, and teams as `org/team`; null has no such rule. */
  reviewers: string[] | null;
  preventSelfReview: boolean;
  /** undefined leaves the field out, as the description does. */
  canAdminsBypass?: boolean;
  /** null: any branch; "protected"; or patterns. */
  policy: null | "protected" | { name: string; type?: "branch" | "tag" }[];
};

export type FakeRun = {
  id: number;
  sha: string;
  actor: string;
  /** Who started each attempt. */
  attempts: string[];
  approvals: { state: "approved" | "rejected" | "pending"; login: string; environments: string[] }[];
};

export type FakeCommit = {
  sha: string;
  author: string | null;
  committer: string | null;
  verified: boolean;
  parents: string[];
  /** The files that it touched. */
  paths: string[];
  pulls: number[];
};

export type FakePull = {
  number: number;
  author: string;
  merged: boolean;
  mergeCommit: string;
  head: string;
  commits: (string | null)[];
  files: { path: string; blob: string }[];
  reviews: { login: string; state: string; commit: string }[];
};

export type FakeStatus = { id: number; revision: number } & Readonly<Record<string, unknown>>;

export type FakeDeployment = {
  id: number;
  ref: string;
  task: string;
  environment: string;
  payload: unknown;
  description: string | null;
  /** As they came, oldest first. */
  statuses: FakeStatus[];
  revision: number;
};

export type FakeRepository = {
  owner: string;
  name: string;
  private: boolean;
  hasIssues: boolean;
  issues: FakeIssue[];
  assignable: Set<string>;
  environments: FakeEnvironment[];
  runs: FakeRun[];
  /** Newest first, as a log is. */
  commits: FakeCommit[];
  pulls: FakePull[];
  protectedBranches: Set<string>;
  deployments: FakeDeployment[];
  /** By login. */
  permissions: Map<string, "admin" | "write" | "read" | "none">;
  revision: number;
};

export type Level = "none" | "read" | "write";

/** Whose token it is, and what it may do; `push` decides whether labels and assignees are kept. */
export type FakeUser = Readonly<{
  login: string;
  type: "Bot" | "User";
  association: "OWNER" | "MEMBER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE";
  issues: Level;
  push: boolean;
  /** Other permissions by their API names, such as `deployments`. */
  grants?: Readonly<Record<string, Level>>;
}>;

export type FakeState = {
  repository: FakeRepository;
  /** By token. */
  users: Map<string, FakeUser>;
  /** Members by `org/team`. */
  teams: Map<string, string[]>;
};

export const BOT: FakeUser = {
  login: "github-actions[bot]",
  type: "Bot",
  association: "NONE",
  issues: "write",
  push: true,
};

export const STRANGER: FakeUser = {
  login: "stranger",
  type: "User",
  association: "NONE",
  issues: "write",
  push: false,
};

export function emptyState(): FakeState {
  return {
    repository: {
      owner: "octo-org",
      name: "shop",
      private: false,
      hasIssues: true,
      issues: [],
      assignable: new Set(["octocat", "hubot"]),
      environments: [],
      runs: [],
      commits: [],
      pulls: [],
      protectedBranches: new Set(),
      deployments: [],
      permissions: new Map(),
      revision: 0,
    },
    users: new Map([
      ["token-of-the-job", BOT],
      ["token-of-a-stranger", STRANGER],
    ]),
    teams: new Map(),
  };
}

export function addIssue(repository: FakeRepository, issue: Partial<FakeIssue>): FakeIssue {
  repository.revision += 1;
  const added: FakeIssue = {
    number: repository.issues.length + 1,
    title: "Something",
    body: "",
    state: "open",
    stateReason: null,
    labels: [],
    assignees: [],
    author: BOT.login,
    comments: [],
    pullRequest: false,
    createdAt: new Date(Date.UTC(2026, 10, 1) + repository.issues.length * 1_000).toISOString(),
    ...issue,
    revision: repository.revision,
  };
  repository.issues.push(added);
  return added;
}

export function addComment(
  repository: FakeRepository,
  issue: FakeIssue,
  comment: Partial<FakeComment>,
): FakeComment {
  repository.revision += 1;
  const at = new Date(Date.UTC(2026, 10, 1) + repository.revision * 1_000).toISOString();
  const id = issue.number * 1_000 + issue.comments.length + 1;
  const fixed = { id, author: BOT.login, body: "", createdAt: at, updatedAt: at };
  const added: FakeComment = { ...fixed, ...comment, revision: repository.revision };
  issue.comments.push(added);
  return added;
}
