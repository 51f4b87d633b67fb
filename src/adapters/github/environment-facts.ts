import type { Decision, EnvironmentFacts, RefPattern, RefPolicy } from "../../gate/approval-facts.ts";
import type { Repository } from "./issue-api.ts";
import { UnreadableAnswer } from "./issue-api.ts";
import { type Fields, inner, innerList, loginOf, needText, type ReadApi, textOf } from "./read-api.ts";

const REPO = "/repos/{owner}/{repo}";
const ENVIRONMENT = `${REPO}/environments/{environment_name}`;

/** An environment as its settings are now, with the names of others where it may be misspelt. */
export async function readEnvironment(
  api: ReadApi,
  asked: string,
  { owner, ref }: Readonly<{ owner: Repository["owner"]; ref: string }>,
): Promise<EnvironmentFacts> {
  const found = await api.maybe(ENVIRONMENT, { environment_name: asked });
  // The list fails where the token may not see environments, and so tells that case from a missing one.
  if (found === null) return { asked, exists: false, others: await listOthers(api, asked) };
  const rule = innerList(found.protection_rules).find(({ type }) => type === "required_reviewers") ?? {};
  const reviewers = innerList(rule.reviewers).map((entry) => reviewerHandle(entry, owner));
  const bypass = found.can_admins_bypass;
  return {
    asked,
    exists: true,
    others: reviewers.length === 0 ? await listOthers(api, asked) : [],
    reviewers,
    preventsSelfReview: rule.prevent_self_review === true,
    adminsMayBypass: typeof bypass === "boolean" ? bypass : null,
    refs: await readRefPolicy(api, found, ref),
  };
}

async function listOthers(api: ReadApi, asked: string): Promise<readonly string[]> {
  const environments = await api.all(`${REPO}/environments`, {}, "environments");
  const names = environments.flatMap(({ name }) => textOf(name) ?? []);
  return names.filter((name) => name.toLowerCase() !== asked.toLowerCase());
}

/** A team's page is `/orgs/ORG/teams/SLUG`; only teams of the owner can review. */
function reviewerHandle({ type, reviewer }: Fields, owner: string): string {
  const who = inner(reviewer);
  if (type === "User") return needText(who.login, "a reviewer with a name");
  const page = /\/orgs\/([^/]+)\/teams\/[^/]+$/u.exec(textOf(who.html_url) ?? "");
  return `${page?.[1] ?? owner}/${needText(who.slug, "a team with a name")}`;
}

async function readRefPolicy(api: ReadApi, environment: Fields, ref: string): Promise<RefPolicy> {
  const policy = environment.deployment_branch_policy;
  // Left out, it says nothing; null says that every branch may.
  if (policy === null) return { kind: "any" };
  const { protected_branches: isProtected, custom_branch_policies: isCustom } = inner(policy);
  if (isProtected === true) return { kind: "protected", refIsProtected: await isRefProtected(api, ref) };
  if (isCustom !== true) throw new UnreadableAnswer("an environment with a policy for branches");
  const name = needText(environment.name, "an environment with a name");
  const entries = await api.all(
    `${ENVIRONMENT}/deployment-branch-policies`,
    { environment_name: name },
    "branch_policies",
  );
  return { kind: "patterns", patterns: entries.map(readPattern) };
}

/** Older servers have patterns for branches only, and no type. */
function readPattern({ name, type }: Fields): RefPattern {
  return { pattern: needText(name, "a pattern for branches"), type: type === "tag" ? "tag" : "branch" };
}

async function isRefProtected(api: ReadApi, ref: string): Promise<boolean> {
  const branch = /^refs\/heads\/(.+)$/u.exec(ref)?.[1];
  if (branch === undefined) return false;
  return (await api.maybe(`${REPO}/branches/{branch}`, { branch }))?.protected === true;
}

/** Everything that people decided about this run, in any of its attempts. */
export async function readDecisions(api: ReadApi, runId: number): Promise<readonly Decision[]> {
  const entries = await api.whole(`${REPO}/actions/runs/{run_id}/approvals`, { run_id: runId });
  return entries.map(({ environments, state, user }) => ({
    environments: innerList(environments).flatMap(({ name }) => textOf(name) ?? []),
    state: state === "approved" || state === "rejected" ? state : "pending",
    login: loginOf(user),
    human: inner(user).type === "User",
  }));
}
