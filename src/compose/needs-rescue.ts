import { openRepository } from "../adapters/git/open-repository.ts";
import { readChange } from "../adapters/git/read-change.ts";
import { ChangeError } from "../errors.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { Shell } from "./shell.ts";

/** Whether this very run was at work on the change, and no outcome has come since. */
export function isUnfinishedHere(events: readonly ChangeEvent[], where: string | null): boolean {
  const at = events.findLastIndex(({ kind }) => kind === "attempt-started" || kind === "resumed");
  const last = events[at];
  if (last?.kind !== "attempt-started" && last?.kind !== "resumed") return false;
  return last.holder.where === where && !events.slice(at).some(({ kind }) => kind === "finished");
}

/**
 * A deploying job may have been cancelled while it still waited in a queue: then the newest attempt is
 * some other run's, and must be left alone. Null: there is something to rescue; else, why there is not.
 */
export async function findNoRescue(
  shell: Shell,
  subject: Readonly<{ environment: string; changeId: string }>,
): Promise<string | null> {
  const { cwd, journal, journalPrefix: prefix, gitEnv: env } = shell;
  const repository = await openRepository({ cwd, journal, env });
  try {
    const { events } = await readChange(repository, { prefix, ...subject });
    if (isUnfinishedHere(events, shell.run?.url ?? null)) return null;
    return "This run has left nothing unfinished.";
  } catch (error) {
    if (error instanceof ChangeError && error.code === "CHANGE_UNKNOWN")
      return "The change was never started.";
    throw error;
  }
}
