/** What the fake GitHub remembers between requests. Tests read it, and arrange with it. */
export type FakeIssue = {
  number: number;
  title: string;
  body: string;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "duplicate" | "reopened" | null;
  labels: string[];
  assignees: string[];
  author: string;
  comments: string[];
  pullRequest: boolean;
  createdAt: string;
  /** Grows with every change to the repository; stale reads go by it. */
  revision: number;
};

export type FakeRepository = {
  owner: string;
  name: string;
  hasIssues: boolean;
  issues: FakeIssue[];
  assignable: Set<string>;
  revision: number;
};

/** Whose token it is, and what it may do; `push` decides whether labels and assignees are kept. */
export type FakeUser = Readonly<{
  login: string;
  type: "Bot" | "User";
  association: "OWNER" | "MEMBER" | "COLLABORATOR" | "CONTRIBUTOR" | "NONE";
  issues: "none" | "read" | "write";
  push: boolean;
}>;

export type FakeState = {
  repository: FakeRepository;
  /** By token. */
  users: Map<string, FakeUser>;
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
      hasIssues: true,
      issues: [],
      assignable: new Set(["octocat", "hubot"]),
      revision: 0,
    },
    users: new Map([
      ["token-of-the-job", BOT],
      ["token-of-a-stranger", STRANGER],
    ]),
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
