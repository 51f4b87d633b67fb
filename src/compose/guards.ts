import { listChanges } from "../adapters/git/list-changes.ts";
import { readChange } from "../adapters/git/read-change.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { ChangeError } from "../errors.ts";
import type { ChangeEvent } from "../rollout/events.ts";

type Subject = Readonly<{
  prefix: string;
  environment: string;
  changeId: string;
  events: readonly ChangeEvent[];
}>;

/** The newest changes that are looked at; older ones than that are long past. */
const CHANGES_MAX = 20;

/** Undoing a change under a later one that still stands would undo the later one's work too. */
export async function refuseBuriedRollback(repository: Repository, subject: Subject): Promise<void> {
  const { prefix, environment, changeId } = subject;
  const newest = (await listChanges(repository, { prefix, environment })).slice(0, CHANGES_MAX);
  for (const other of newest.filter((change) => change.changeId !== changeId)) {
    const { events } = await readChange(repository, { prefix, environment, changeId: other.changeId });
    // By the events, for commits have times in whole seconds.
    if (lastMs(events) < lastMs(subject.events) || !standsAsChanged(events)) continue;
    throw new ChangeError(
      "CHANGE_STATE",
      `${other.changeId} was carried out in ${environment} after ${changeId}.`,
      {
        hint: `To put back what was there before both, roll back ${other.changeId} first.`,
      },
    );
  }
}

function lastMs(events: readonly ChangeEvent[]): number {
  return Date.parse(events.at(-1)?.at ?? "") || 0;
}

function standsAsChanged(events: readonly ChangeEvent[]): boolean {
  const start = events.findLastIndex((event) => event.kind === "attempt-started");
  const attempt = events.slice(Math.max(0, start));
  const hasTouched = attempt.some((event) => event.kind === "batch-opened" || event.kind === "step-started");
  const last = attempt.findLast((event) => event.kind === "finished");
  return hasTouched && last?.outcome !== "rolled-back";
}

/** Re-running an old job must not put its version over what a later run has brought. `where`: see Wish. */
export function refuseSupersededRun(events: readonly ChangeEvent[], where: string | null): void {
  if (where === null) return;
  const attempts = events.filter((event) => event.kind === "attempt-started");
  const isMine = (attempt: (typeof attempts)[number]) => attempt.holder.where === where;
  const newest = attempts.at(-1);
  if (newest === undefined || isMine(newest) || !attempts.some(isMine)) return;
  throw new ChangeError(
    "CHANGE_STATE",
    `Another run has made attempt ${newest.attempt} of this change (version ${newest.version}) after this one.`,
    { hint: "A re-run would put the older version over it. Start a new run if that is what you want." },
  );
}
