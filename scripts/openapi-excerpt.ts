import { readFileSync, writeFileSync } from "node:fs";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

const REPO = "/repos/{owner}/{repo}";

/** What change-deploy calls, or is about to. Anything else makes the fake GitHub fail the test that called it. */
const OPERATIONS: Readonly<Record<string, readonly string[]>> = {
  [REPO]: ["get"],
  [`${REPO}/issues`]: ["get", "post"],
  [`${REPO}/issues/{issue_number}`]: ["get", "patch"],
  [`${REPO}/issues/{issue_number}/comments`]: ["get", "post"],
  [`${REPO}/issues/{issue_number}/labels`]: ["get", "post"],
  [`${REPO}/environments`]: ["get"],
  [`${REPO}/environments/{environment_name}`]: ["get"],
  [`${REPO}/environments/{environment_name}/deployment-branch-policies`]: ["get"],
  [`${REPO}/environments/{environment_name}/deployment_protection_rules`]: ["get"],
  [`${REPO}/actions/runs/{run_id}`]: ["get"],
  [`${REPO}/actions/runs/{run_id}/approvals`]: ["get"],
  [`${REPO}/actions/runs/{run_id}/attempts/{attempt_number}`]: ["get"],
  [`${REPO}/actions/runs/{run_id}/pending_deployments`]: ["get"],
  [`${REPO}/deployments`]: ["get", "post"],
  [`${REPO}/deployments/{deployment_id}`]: ["get"],
  [`${REPO}/deployments/{deployment_id}/statuses`]: ["get", "post"],
  [`${REPO}/collaborators/{username}/permission`]: ["get"],
  "/orgs/{org}/teams/{team_slug}/members": ["get"],
  "/orgs/{org}/teams/{team_slug}/memberships/{username}": ["get"],
  [`${REPO}/branches/{branch}`]: ["get"],
  [`${REPO}/commits`]: ["get"],
  [`${REPO}/commits/{ref}`]: ["get"],
  [`${REPO}/commits/{commit_sha}/pulls`]: ["get"],
  [`${REPO}/pulls/{pull_number}`]: ["get"],
  [`${REPO}/pulls/{pull_number}/commits`]: ["get"],
  [`${REPO}/pulls/{pull_number}/files`]: ["get"],
  [`${REPO}/pulls/{pull_number}/reviews`]: ["get"],
};

const PROSE = new Set(["description", "summary", "example", "examples", "externalDocs", "tags", "title"]);
/** Below these, keys are names that GitHub chose, so a property called `description` stays. */
const NAME_MAPS = new Set(["properties", "schemas", "parameters", "responses", "headers"]);

/** `node scripts/openapi-excerpt.ts path/to/api.github.com.json`: see test/contract/openapi/readme.md. */
function writeExcerpt(source: string | undefined): void {
  if (source === undefined) throw new Error("Give the path of api.github.com.json.");
  const spec = asObject(JSON.parse(readFileSync(source, "utf8")));
  const paths = pickPaths(spec);
  const excerpt = {
    openapi: spec.openapi ?? null,
    info: { source: "@octokit/openapi", version: asObject(spec.info).version ?? null },
    paths,
    components: pickComponents(spec, paths),
  };
  writeFileSync("test/contract/openapi/github.json", `${JSON.stringify(excerpt)}\n`);
}

function pickPaths(spec: JsonObject): JsonObject {
  const known = asObject(spec.paths);
  const entries = Object.entries(OPERATIONS).map(([path, methods]): [string, Json] => {
    const item = asObject(known[path]);
    return [path, Object.fromEntries(methods.map((method) => [method, withoutProse(item[method])]))];
  });
  return Object.fromEntries(entries);
}

/** Every component that the paths reach, directly or through another one. */
function pickComponents(spec: JsonObject, paths: JsonObject): JsonObject {
  const known = asObject(spec.components);
  const picked: Record<string, JsonObject> = {};
  const queue = referencesIn(paths);
  for (let reference = queue.pop(); reference !== undefined; reference = queue.pop()) {
    const [group = "", name = ""] = reference.replace("#/components/", "").split("/");
    picked[group] ??= {};
    if (name in picked[group]) continue;
    const component = withoutProse(asObject(known[group])[name]);
    picked[group][name] = component;
    queue.push(...referencesIn(component));
  }
  return picked;
}

function referencesIn(value: Json): string[] {
  if (Array.isArray(value)) return value.flatMap(referencesIn);
  if (value === null || typeof value !== "object") return [];
  const own = value.$ref;
  return typeof own === "string" ? [own] : Object.values(value).flatMap(referencesIn);
}

function withoutProse(value: Json | undefined, keysAreNames = false): Json {
  if (value === undefined)
    throw new Error("The description no longer has an operation or a component that we use.");
  if (Array.isArray(value)) return value.map((entry) => withoutProse(entry));
  if (value === null || typeof value !== "object") return value;
  const kept = Object.entries(value).filter(
    ([key]) => keysAreNames || !(PROSE.has(key) || key.startsWith("x-")),
  );
  return Object.fromEntries(
    kept.map(([key, entry]) => [key, withoutProse(entry, !keysAreNames && NAME_MAPS.has(key))]),
  );
}

function asObject(value: Json | undefined): JsonObject {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new Error("The description does not have the shape of OpenAPI 3.0.");
  }
  return value;
}

writeExcerpt(process.argv[2]);
