import type { DeploymentStatus, SaidStatus } from "../../report/deployment-status.ts";
import type { CallLimits, GitHubClient } from "./client.ts";
import type { DeploymentRecord } from "./deployments.ts";
import { type Repository, UnreadableAnswer } from "./issue-api.ts";
import { type Fields, inner, readApi } from "./read-api.ts";

export type DeploymentApi = Readonly<{
  /** The change's deployments, the oldest first: there should be one at most. */
  find(): Promise<readonly number[]>;
  create(): Promise<number>;
  /** Tried once, as `create`: the caller looks before it repeats. */
  addStatus(id: number, status: DeploymentStatus): Promise<number>;
  newestStatus(id: number): Promise<(SaidStatus & Readonly<{ id: number }>) | null>;
  /** A status like this one, and newer than `afterId`. */
  findStatus(id: number, status: DeploymentStatus, afterId: number): Promise<number | null>;
}>;

const DEPLOYMENTS = "/repos/{owner}/{repo}/deployments";
const STATUSES = `${DEPLOYMENTS}/{deployment_id}/statuses` as const;
const DESCRIPTION_CHARS_MAX = 140;

type Given = Readonly<{ record: DeploymentRecord; limits: CallLimits }>;

export function deploymentApi(
  client: GitHubClient,
  repository: Repository,
  { record, limits }: Given,
): DeploymentApi {
  const api = readApi(client, repository, limits);
  const { environment, changeId } = record;
  const task = `change-deploy/${changeId}`;
  const once = { ...limits, retries: 0 };
  return {
    async find() {
      const entries = await api.all(DEPLOYMENTS, { environment, task });
      const own = entries.filter((entry) => entry.task === task && entry.environment === environment);
      return own.map(idOf).sort((a, b) => a - b);
    },
    async create() {
      const { data } = await client.request(`POST ${DEPLOYMENTS}`, {
        ...repository,
        ref: record.commit,
        task,
        environment,
        description: oneLine(record.title),
        payload: { ...record.pointers, change: changeId },
        // Else GitHub merges branches, or refuses because of checks that are not ours.
        auto_merge: false,
        required_contexts: [],
        request: once,
      });
      return idOf(inner(data));
    },
    async addStatus(id, { state, description }) {
      const { data } = await client.request(`POST ${STATUSES}`, {
        ...repository,
        deployment_id: id,
        state,
        description: oneLine(description),
        ...(record.logUrl !== null && { log_url: record.logUrl }),
        ...(record.environmentUrl !== null && { environment_url: record.environmentUrl }),
        request: once,
      });
      return idOf(inner(data));
    },
    async newestStatus(id) {
      const entries = await api.all(STATUSES, { deployment_id: id });
      const [newest] = entries.toSorted((a, b) => idOf(b) - idOf(a));
      if (newest === undefined) return null;
      const { state, description } = newest;
      return { id: idOf(newest), state: String(state), description: String(description ?? "") };
    },
    async findStatus(id, { state, description }, afterId) {
      const entries = await api.until(STATUSES, { deployment_id: id }, () => true);
      const same = entries.find(
        (entry) =>
          entry.state === state && entry.description === oneLine(description) && idOf(entry) > afterId,
      );
      return same === undefined ? null : idOf(same);
    },
  };
}

function idOf({ id }: Fields): number {
  if (typeof id !== "number") throw new UnreadableAnswer("a deployment or its status");
  return id;
}

/** One line that GitHub takes, whichever way it counts characters, and never half of one. */
function oneLine(text: string): string {
  const line = text.replaceAll(/\p{C}+/gu, " ").trim();
  if (line.length <= DESCRIPTION_CHARS_MAX) return line;
  return `${line.slice(0, DESCRIPTION_CHARS_MAX - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
