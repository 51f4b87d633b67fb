import { openRepository } from "../adapters/git/open-repository.ts";
import type { Change } from "../plan/change.ts";
import { describeEvent } from "../report/describe-event.ts";
import type { Fact } from "../rollout/decide.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { openPatiently } from "./place.ts";
import { approvalsPrefix } from "./read-approval.ts";
import type { Shell } from "./shell.ts";

/** Another gate of the environment holds its lease for as long as two pushes take. */
const LEASE_WAIT_MS = 60_000;

/** Into the gate's own journal: see `approvalsPrefix`. Resolves when it is at the remote. */
export async function recordApproval(fact: Fact, change: Change, shell: Shell): Promise<void> {
  const repository = await openRepository({ cwd: shell.cwd, journal: shell.journal, env: shell.gitEnv });
  const { environment, id: changeId } = change;
  const { journal } = await openPatiently(
    { ...shell, leaseWaitMs: LEASE_WAIT_MS },
    {
      repository,
      prefix: approvalsPrefix(shell.journalPrefix),
      environment,
      changeId,
      holder: shell.holder,
      clock: shell.clock,
      describe: (event) => describeEvent(event),
    },
  );
  try {
    const at = new Date(shell.clock.now()).toISOString();
    await journal.append([{ ...fact, at } as ChangeEvent]);
    await journal.flush();
  } finally {
    await journal.close();
  }
}
