import type { PlanDocument } from "../plan/schema/plan.ts";

export type Role = "manager" | "engineers" | "quality" | "security";
export type TeamRoles = Readonly<Record<Role, readonly string[]>>;
export type Approval = PlanDocument["approvals"][number];

/** What the plan asks for, and what is about to run. */
export type ApprovalRequest = Readonly<{
  approvals: readonly Approval[];
  team: TeamRoles | null;
  /** The preflight entries that a person confirms. */
  attestations: readonly Readonly<{ name: string; role: Role }>[];
  type: "standard" | "normal" | "emergency";
  /** What is checked out, and under which ref (`refs/heads/main`) the run was started. */
  commit: string;
  ref: string;
}>;

/** `unknown`: GitHub did not say, which is what a token gets that may not see. It never counts as a yes. */
export type Standing = "yes" | "no" | "unknown";

/** What GitHub said, as plain data. A list that could not be read to its end must not become facts. */
export type ApprovalFacts = Readonly<{
  run: RunFacts;
  repository: RepositoryFacts;
  /** One for each environment that the plan names. */
  environments: readonly EnvironmentFacts[];
  /** All decisions of this run, of every attempt: GitHub tells them apart in no way. */
  decisions: readonly Decision[];
  /** The plan and the files that it names; empty where no approval is by pull request. */
  files: readonly PlanFile[];
  pullRequests: readonly PullRequestFacts[];
  people: PeopleFacts;
}>;

export type RunFacts = Readonly<{
  commit: string;
  actor: string;
  /** Who started each attempt, the present one included. */
  triggeredBy: readonly string[];
  /** Whoever wrote the commit; null stands for somebody without a GitHub account that is known. */
  authors: readonly (string | null)[];
}>;

export type RepositoryFacts = Readonly<{
  /** null: not asked, because nothing depends on it. */
  private: boolean | null;
  /** `enterprise` has required reviewers everywhere; null where GitHub does not tell. */
  accountPlan: string | null;
}>;

export type RefPattern = Readonly<{ pattern: string; type: "branch" | "tag" }>;

export type RefPolicy =
  | Readonly<{ kind: "any" }>
  | Readonly<{ kind: "protected"; refIsProtected: boolean }>
  | Readonly<{ kind: "patterns"; patterns: readonly RefPattern[] }>;

export type EnvironmentFacts =
  | Readonly<{ asked: string; exists: false; others: readonly string[] }>
  | Readonly<{
      asked: string;
      exists: true;
      /** Other environments of the repository, where the reviewers are missing. */
      others: readonly string[];
      /** Users, and teams as `org/team`; empty where no review is required. */
      reviewers: readonly string[];
      preventsSelfReview: boolean;
      /** null: GitHub did not say. */
      adminsMayBypass: boolean | null;
      refs: RefPolicy;
    }>;

export type Decision = Readonly<{
  environments: readonly string[];
  state: "approved" | "rejected" | "pending";
  login: string | null;
  human: boolean;
}>;

export type PlanFile = Readonly<{
  path: string;
  /** Git's name for its content as it is about to run. */
  blob: string;
  /** The merged pull requests of the last commit that touched it. */
  pullRequests: readonly number[];
}>;

export type PullRequestFacts = Readonly<{
  number: number;
  /** The last commit of the branch, as it was merged. */
  head: string;
  /** Whoever opened it or wrote one of its commits. */
  authors: readonly (string | null)[];
  files: readonly Readonly<{ path: string; blob: string | null }>[];
  /** Oldest first. */
  reviews: readonly Review[];
}>;

export type Review = Readonly<{
  login: string | null;
  human: boolean;
  state: string;
  /** The commit that was looked at. */
  commit: string | null;
}>;

export type PeopleFacts = Readonly<{
  /** By `membershipKey`; what is missing is unknown. */
  memberships: Readonly<Record<string, Standing>>;
  /** May push to the repository; by login in lower case. */
  writers: Readonly<Record<string, Standing>>;
}>;

export function membershipKey(team: string, login: string): string {
  return `${plainHandle(team)} ${plainHandle(login)}`;
}

/** `@Octocat` and `octocat` are one user; GitHub's names know no case. */
export function plainHandle(handle: string): string {
  return handle.replace(/^@/, "").toLowerCase();
}

export function isTeam(handle: string): boolean {
  return handle.includes("/");
}

/** Whether a user is one of these handles, by name or as a member of a team. */
export function standingIn(handles: readonly string[], login: string, people: PeopleFacts): Standing {
  const user = plainHandle(login);
  if (handles.some((handle) => plainHandle(handle) === user)) return "yes";
  const answers = handles.filter(isTeam).map((team) => people.memberships[membershipKey(team, user)]);
  if (answers.includes("yes")) return "yes";
  return answers.every((answer) => answer === "no") ? "no" : "unknown";
}
