import { listChanges } from "../adapters/git/list-changes.ts";
import { readChange } from "../adapters/git/read-change.ts";
import type { Repository } from "../adapters/git/repository.ts";
import type { Requirement } from "../plan/change.ts";
import { printSpan } from "../plan/units.ts";
import type { Records } from "../ports.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { describeError } from "./exit.ts";

/** Older ones than so many are not looked at: a release is rarely promoted after twenty others. */
const CHANGES_MAX = 20;

/** What the journals of other environments, and the issues of the repository, say. */
export function openRecords(
  repository: Repository,
  prefix: string,
  countIssues: Records["countIssues"],
): Records {
  return {
    countIssues,
    async hasSucceeded(requirement, version, nowMs) {
      try {
        return await findSuccess(repository, { prefix, requirement, version, nowMs });
      } catch (error) {
        const { environment } = requirement;
        return {
          met: false,
          detail: `${environment}: its journal could not be read: ${describeError(error).message}`,
        };
      }
    },
  };
}

type Question = Readonly<{ prefix: string; requirement: Requirement; version: string; nowMs: number }>;

async function findSuccess(
  repository: Repository,
  { prefix, requirement, version, nowMs }: Question,
): Promise<Readonly<{ met: boolean; detail: string }>> {
  const { environment, withinMs } = requirement;
  const changes = (await listChanges(repository, { prefix, environment })).slice(0, CHANGES_MAX);
  for (const { changeId } of changes) {
    const { events } = await readChange(repository, { prefix, environment, changeId });
    const atMs = succeededMs(events, version);
    if (atMs === null) continue;
    const age = printSpan(Math.max(0, nowMs - atMs));
    if (nowMs - atMs > withinMs) {
      const detail = `${version} succeeded in ${environment} ${age} ago, which is longer than ${printSpan(withinMs)}`;
      return { met: false, detail };
    }
    return { met: true, detail: `${version} succeeded in ${environment} ${age} ago, as ${changeId}` };
  }
  return { met: false, detail: `${version} has not succeeded in ${environment}, by its journals` };
}

/** The last word of the newest attempt, if it was a success with this version. */
function succeededMs(events: readonly ChangeEvent[], version: string): number | null {
  const started = events.findLastIndex((event) => event.kind === "attempt-started");
  const attempt = events[started];
  if (attempt?.kind !== "attempt-started" || attempt.version !== version) return null;
  const last = events
    .slice(started)
    .findLast((event) => event.kind === "finished" || event.kind === "resumed");
  return last?.kind === "finished" && last.outcome === "succeeded" ? Date.parse(last.at) : null;
}
