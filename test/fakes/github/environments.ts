import { type Call, guarded, type Handler, type Handlers, notFound, ok, paged } from "./answer.ts";
import { userJson } from "./issue-json.ts";
import { sampleOf } from "./sample.ts";
import type { FakeEnvironment, FakeRun } from "./state.ts";

const REPO = "/repos/{owner}/{repo}";
const ENVIRONMENT = `${REPO}/environments/{environment_name}`;
const RUN = `${REPO}/actions/runs/{run_id}`;

/** Environments, runs, and who approved which run for which environment. */
export const environmentHandlers: Handlers = {
  [`GET ${REPO}/environments`]: guarded("actions", "read", listEnvironments),
  [`GET ${ENVIRONMENT}`]: guarded("actions", "read", withEnvironment(showEnvironment)),
  [`GET ${ENVIRONMENT}/deployment-branch-policies`]: guarded(
    "actions",
    "read",
    withEnvironment(listPolicies),
  ),
  [`GET ${RUN}`]: guarded("actions", "read", withRun(showRun)),
  [`GET ${RUN}/attempts/{attempt_number}`]: guarded("actions", "read", withRun(showAttempt)),
  [`GET ${RUN}/approvals`]: guarded("actions", "read", withRun(listApprovals)),
};

function withEnvironment(
  handler: (call: Call, environment: FakeEnvironment) => ReturnType<Handler>,
): Handler {
  return (call) => {
    const wanted = (call.params.environment_name ?? "").toLowerCase();
    const found = call.state.repository.environments.find(({ name }) => name.toLowerCase() === wanted);
    return found === undefined ? notFound() : handler(call, found);
  };
}

function withRun(handler: (call: Call, run: FakeRun) => ReturnType<Handler>): Handler {
  return (call) => {
    const found = call.state.repository.runs.find(({ id }) => id === Number(call.params.run_id));
    return found === undefined ? notFound() : handler(call, found);
  };
}

function listEnvironments(call: Call): ReturnType<Handler> {
  const { environments } = call.state.repository;
  const page = paged(call, environments, (environment) => environmentJson(call, environment));
  return { ...page, body: { total_count: environments.length, environments: page.body } };
}

function showEnvironment(call: Call, environment: FakeEnvironment): ReturnType<Handler> {
  return ok(environmentJson(call, environment));
}

function environmentJson(call: Call, environment: FakeEnvironment): object {
  const { name, policy, canAdminsBypass } = environment;
  return sampleOf("environment", {
    name,
    protection_rules: rulesJson(call, environment),
    deployment_branch_policy:
      policy === null
        ? null
        : { protected_branches: policy === "protected", custom_branch_policies: policy !== "protected" },
    ...(canAdminsBypass !== undefined && { can_admins_bypass: canAdminsBypass }),
  });
}

function rulesJson({ state, base }: Call, environment: FakeEnvironment): object[] {
  const rules: object[] = [];
  if (environment.policy !== null) rules.push({ id: 1, node_id: "GA_1", type: "branch_policy" });
  if (environment.reviewers !== null) {
    const reviewers = environment.reviewers.map((handle) => {
      const [org = "", slug] = handle.split("/");
      if (slug === undefined) return { type: "User", reviewer: userJson(state, handle, base) };
      const html_url = `https://github.test/orgs/${org}/teams/${slug}`;
      return { type: "Team", reviewer: sampleOf("team", { slug, name: slug, html_url }) };
    });
    const prevent_self_review = environment.preventSelfReview;
    rules.push({ id: 2, node_id: "GA_2", type: "required_reviewers", prevent_self_review, reviewers });
  }
  return rules;
}

function listPolicies(call: Call, { policy }: FakeEnvironment): ReturnType<Handler> {
  if (!Array.isArray(policy)) return notFound();
  const page = paged(call, policy, (entry) => ({ id: 1, node_id: "GP_1", ...entry }));
  return { ...page, body: { total_count: policy.length, branch_policies: page.body } };
}

function showRun(call: Call, run: FakeRun): ReturnType<Handler> {
  return ok(runJson(call, run, run.attempts.length));
}

function showAttempt(call: Call, run: FakeRun): ReturnType<Handler> {
  const attempt = Number(call.params.attempt_number);
  return attempt > run.attempts.length ? notFound() : ok(runJson(call, run, attempt));
}

function runJson({ state, base }: Call, run: FakeRun, attempt: number): object {
  return sampleOf("workflow-run", {
    id: run.id,
    run_attempt: attempt,
    head_sha: run.sha,
    actor: userJson(state, run.actor, base),
    triggering_actor: userJson(state, run.attempts[attempt - 1] ?? run.actor, base),
  });
}

function listApprovals({ state, base }: Call, run: FakeRun): ReturnType<Handler> {
  return ok(
    run.approvals.map(({ state: decision, login, environments }) => ({
      state: decision,
      comment: "",
      user: userJson(state, login, base),
      environments: environments.map((name) => ({ id: 1, node_id: "EN_1", name })),
    })),
  );
}
