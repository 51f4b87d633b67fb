import { setTimeout as sleep } from "node:timers/promises";
import type { ChangeError } from "../../errors.ts";
import type { DeploymentStatus, SaidStatus } from "../../report/deployment-status.ts";
import type { CallLimits, GitHubClient } from "./client.ts";
import { withinDeadline } from "./deadline.ts";
import { type DeploymentApi, deploymentApi } from "./deployment-api.ts";
import { explainGitHubError } from "./explain-error.ts";
import { isAmbiguous, type Repository } from "./issue-api.ts";

export type DeploymentRecord = Readonly<{
  environment: string;
  changeId: string;
  /** The commit that the plan is from. */
  commit: string;
  title: string;
  /** Where the truth is: the journal's ref, the digest. Kept in the payload. */
  pointers: Readonly<Record<string, string>>;
  logUrl: string | null;
  environmentUrl: string | null;
}>;

/** A failure is a value: a change never stops because GitHub does not take its record. */
export type DeploymentReport =
  | Readonly<{ ok: true; id: number | null }>
  | Readonly<{ ok: false; error: ChangeError }>;

export interface GitHubDeployments {
  /**
   * Adds a status to the change's one deployment, which is found again or made. Calls are carried out
   * one after the other; what the deployment says already is not said twice. Never rejects.
   */
  report(status: DeploymentStatus): Promise<DeploymentReport>;
  /** Adds what is missing after the newest status of the deployment that there is; makes none. Never rejects. */
  complete(missing: (newest: SaidStatus | null) => readonly DeploymentStatus[]): Promise<DeploymentReport>;
}

export type DeploymentOptions = Readonly<{
  /** For one report, with all its waits and repeats. */
  deadlineMs?: number;
  /** The first wait before looking whether an unanswered write happened; tests shorten it. */
  pauseMs?: number;
}>;

const DEADLINE_MS = 60_000;
const PAUSE_MS = 1_000;
const WRITES_MAX = 3;
const DOUBLES_MAX = 3;
const RETIRED: DeploymentStatus = { state: "inactive", description: "Recorded twice; the older one counts." };
/** In units of `pauseMs`. Lists lag behind, so one look that finds nothing proves nothing. */
const LOOKS = [1, 2, 4];

/** One deployment for a change in an environment, told apart by its `task`. */
export function githubDeployments(
  { client, repository }: Readonly<{ client: GitHubClient; repository: Repository }>,
  record: DeploymentRecord,
  options: DeploymentOptions = {},
): GitHubDeployments {
  const { deadlineMs = DEADLINE_MS, pauseMs = PAUSE_MS } = options;
  const subject = {
    doing: "record the deployment",
    repository: `${repository.owner}/${repository.repo}`,
    again: "the change goes on, and the next status is tried again",
  };
  const memory: Memory = { id: null, last: null, lastId: 0 };
  let queue: Promise<unknown> = Promise.resolve();
  const attempt = async (turn: (work: Work) => Promise<number | null>): Promise<DeploymentReport> => {
    try {
      const id = await withinDeadline(deadlineMs, (limits) => {
        const api = deploymentApi(client, repository, { record, limits });
        return turn({ api, memory, limits, pauseMs });
      });
      return { ok: true, id };
    } catch (error) {
      return { ok: false, error: explainGitHubError(error, subject) };
    }
  };
  const line = (turn: (work: Work) => Promise<number | null>): Promise<DeploymentReport> => {
    const answer = queue.then(() => attempt(turn));
    queue = answer;
    return answer;
  };
  return {
    report: (status) =>
      line(async (work) => {
        memory.id ??= await open(work);
        await post(work, memory.id, status);
        return memory.id;
      }),
    complete: (missing) =>
      line(async (work) => {
        const [id] = await work.api.find();
        if (id === undefined) return null;
        const newest = await work.api.newestStatus(id);
        // An equal one of an earlier attempt is not taken for the answer to a write that was lost.
        memory.lastId = newest?.id ?? 0;
        for (const status of missing(newest)) await post(work, id, status);
        return id;
      }),
  };
}

type Memory = { id: number | null; last: DeploymentStatus | null; lastId: number };
type Work = Readonly<{ api: DeploymentApi; memory: Memory; limits: CallLimits; pauseMs: number }>;

/** The oldest stays. A double, made while lists lagged behind, is taken out of the picture. */
async function open(work: Work): Promise<number> {
  const { api } = work;
  const [kept, ...doubles] = await api.find();
  if (kept === undefined) {
    return writeOnce(work, { write: api.create, look: async () => (await api.find())[0] ?? null });
  }
  for (const double of doubles.slice(0, DOUBLES_MAX)) {
    // Whoever comes next sees one that could not be retired, and tries again.
    await api.addStatus(double, RETIRED).catch(() => undefined);
  }
  return kept;
}

async function post(work: Work, id: number, status: DeploymentStatus): Promise<void> {
  const { api, memory } = work;
  if (memory.last?.state === status.state && memory.last.description === status.description) return;
  memory.lastId = await writeOnce(work, {
    write: () => api.addStatus(id, status),
    look: () => api.findStatus(id, status, memory.lastId),
  });
  memory.last = status;
}

type Write = Readonly<{ write(): Promise<number>; look(): Promise<number | null> }>;

/** After an answer that leaves it open whether the write happened, looks before it tries again. */
async function writeOnce({ limits, pauseMs }: Work, { write, look }: Write): Promise<number> {
  for (let tries = 1; ; tries++) {
    try {
      return await write();
    } catch (error) {
      if (tries === WRITES_MAX || !isAmbiguous(error)) throw error;
    }
    for (const units of LOOKS) {
      await sleep(units * pauseMs, undefined, { signal: limits.signal });
      const found = await look();
      if (found !== null) return found;
    }
  }
}
