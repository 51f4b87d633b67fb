import {
  type Call,
  guarded,
  type Handler,
  type Handlers,
  notFound,
  ok,
  paged,
  refusal,
  visible,
} from "./answer.ts";
import { sampleOf } from "./sample.ts";
import type { FakeDeployment, FakeStatus } from "./state.ts";

const DEPLOYMENTS = "/repos/{owner}/{repo}/deployments";
const DEPLOYMENT = `${DEPLOYMENTS}/{deployment_id}`;

export const deploymentHandlers: Handlers = {
  [`GET ${DEPLOYMENTS}`]: guarded("deployments", "read", listDeployments),
  [`POST ${DEPLOYMENTS}`]: guarded("deployments", "write", createDeployment),
  [`GET ${DEPLOYMENT}/statuses`]: guarded("deployments", "read", withDeployment(listStatuses)),
  [`POST ${DEPLOYMENT}/statuses`]: guarded("deployments", "write", withDeployment(createStatus)),
};

function withDeployment(handler: (call: Call, deployment: FakeDeployment) => ReturnType<Handler>): Handler {
  return (call) => {
    const wanted = Number(call.params.deployment_id);
    const found = call.state.repository.deployments.find(({ id }) => id === wanted);
    return found === undefined ? notFound() : handler(call, found);
  };
}

/** Newest first. */
function listDeployments(call: Call): ReturnType<Handler> {
  const { query, state } = call;
  const matching = visible(call, state.repository.deployments)
    .filter(({ environment }) => query.environment === undefined || environment === query.environment)
    .filter(({ task }) => query.task === undefined || task === query.task)
    .reverse();
  return paged(call, matching, deploymentJson);
}

function createDeployment({ state, body }: Call): ReturnType<Handler> {
  // Without these two GitHub may merge a branch, or refuse because of checks that have nothing to do with it.
  if (body.auto_merge !== false || !Array.isArray(body.required_contexts)) {
    return refusal(409, "Conflict: Commit status checks failed for the ref.");
  }
  const { repository } = state;
  repository.revision += 1;
  const created: FakeDeployment = {
    id: 500 + repository.deployments.length,
    ref: String(body.ref),
    task: String(body.task ?? "deploy"),
    environment: String(body.environment ?? "production"),
    payload: body.payload ?? "",
    description: body.description === undefined ? null : String(body.description),
    statuses: [],
    revision: repository.revision,
  };
  repository.deployments.push(created);
  return { status: 201, body: deploymentJson(created) };
}

function deploymentJson({ id, ref, task, environment, payload, description }: FakeDeployment): object {
  return sampleOf("deployment", { id, ref, sha: ref, task, environment, payload, description });
}

/** Newest first. */
function listStatuses(call: Call, deployment: FakeDeployment): ReturnType<Handler> {
  return paged(call, visible(call, deployment.statuses).reverse(), statusJson);
}

function createStatus({ state, body }: Call, deployment: FakeDeployment): ReturnType<Handler> {
  if (String(body.description ?? "").length > 140) {
    return refusal(422, "Validation Failed: description is too long (maximum is 140 characters)");
  }
  state.repository.revision += 1;
  const id = deployment.id * 100 + deployment.statuses.length;
  const created: FakeStatus = { ...body, id, revision: state.repository.revision };
  deployment.statuses.push(created);
  return { ...ok(statusJson(created)), status: 201 };
}

function statusJson({ id, state, description, log_url, environment_url }: FakeStatus): object {
  return sampleOf("deployment-status", {
    id,
    state,
    description: description ?? "",
    log_url: log_url ?? "",
    environment_url: environment_url ?? "",
  });
}
