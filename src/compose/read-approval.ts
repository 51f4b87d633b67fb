import { listChanges } from "../adapters/git/list-changes.ts";
import { readChange } from "../adapters/git/read-change.ts";
import type { Repository } from "../adapters/git/repository.ts";
import type { Change } from "../plan/change.ts";
import type { EventOf } from "../rollout/events.ts";

/**
 * The gate has a journal of its own beside the change's: it must be able to record an approval while
 * another change, or an earlier attempt of this one, is at work there.
 */
export function approvalsPrefix(journalPrefix: string): string {
  return `${journalPrefix}-approvals`;
}

/** The newest approval of exactly this digest; null where the gate has recorded none. */
export async function readApproval(
  repository: Repository,
  { prefix, change }: Readonly<{ prefix: string; change: Change }>,
): Promise<EventOf<"approved"> | null> {
  const place = { prefix: approvalsPrefix(prefix), environment: change.environment };
  const recorded = await listChanges(repository, place);
  if (!recorded.some(({ changeId }) => changeId === change.id)) return null;
  const { events } = await readChange(repository, { ...place, changeId: change.id });
  const found = events.findLast((event) => event.kind === "approved" && event.digest === change.digest);
  return (found as EventOf<"approved"> | undefined) ?? null;
}
