export type Env = Readonly<Record<string, string | undefined>>;

/** Where and for whom this runs, as the runner says. */
export type RunContext = Readonly<{
  owner: string;
  repo: string;
  commit: string;
  ref: string;
  runId: string;
  runAttempt: number;
  runUrl: string;
  actor: string;
  /** Who started this attempt: on a re-run not the actor. */
  triggeringActor: string;
  eventName: string;
  /** The file with the event; null where the runner names none. */
  eventPath: string | null;
  serverUrl: string;
  apiUrl: string;
  workspace: string;
}>;

/** Never throws: what is wrong is added to `problems`. */
export function readRunContext(env: Env, problems: string[]): RunContext {
  const need = (name: string) => {
    const value = env[name]?.trim() ?? "";
    if (value === "") problems.push(`${name} is not set: this runs inside GitHub Actions only`);
    return value;
  };
  const repository = need("GITHUB_REPOSITORY");
  const [owner = "", repo = "", ...rest] = repository.split("/");
  if (repository !== "" && (owner === "" || repo === "" || rest.length > 0)) {
    problems.push("GITHUB_REPOSITORY is not of the form owner/name");
  }
  const serverUrl = needUrl(need("GITHUB_SERVER_URL"), "GITHUB_SERVER_URL", problems);
  const runId = need("GITHUB_RUN_ID");
  const actor = need("GITHUB_ACTOR");
  return {
    owner,
    repo,
    commit: need("GITHUB_SHA"),
    ref: need("GITHUB_REF"),
    runId,
    runAttempt: Number.parseInt(env.GITHUB_RUN_ATTEMPT ?? "1", 10) || 1,
    runUrl: `${serverUrl}/${repository}/actions/runs/${runId}`,
    actor,
    triggeringActor: env.GITHUB_TRIGGERING_ACTOR?.trim() || actor,
    eventName: need("GITHUB_EVENT_NAME"),
    eventPath: env.GITHUB_EVENT_PATH?.trim() || null,
    serverUrl,
    apiUrl: needUrl(need("GITHUB_API_URL"), "GITHUB_API_URL", problems),
    workspace: need("GITHUB_WORKSPACE"),
  };
}

function needUrl(value: string, name: string, problems: string[]): string {
  if (value !== "" && !/^https?:\/\/./.test(value)) problems.push(`${name} is not the address of a server`);
  return value.replace(/\/+$/, "");
}
