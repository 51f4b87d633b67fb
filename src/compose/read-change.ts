import type { LeaseRecord } from "../adapters/git/lease-record.ts";
import { listChanges } from "../adapters/git/list-changes.ts";
import { openRepository } from "../adapters/git/open-repository.ts";
import { proveDeath } from "../adapters/git/process-identity.ts";
import { readChange } from "../adapters/git/read-change.ts";
import { readLease } from "../adapters/git/read-lease.ts";
import { ChangeError } from "../errors.ts";
import { type Neighbour, sinceOf } from "../gate/neighbours.ts";
import { readTimeline, type Timeline } from "../report/timeline.ts";
import type { Holder } from "../rollout/event-parts.ts";
import { replay } from "../rollout/replay.ts";
import { isBeginning } from "../rollout/standing.ts";
import type { ChangeState } from "../rollout/state.ts";
import { refuseCopies } from "./copies.ts";
import { findLater } from "./guards.ts";
import { reloadChange } from "./load-change.ts";
import { toldEvents } from "./told-events.ts";

export type Reading = Readonly<{
  cwd: string;
  journal: string | null;
  journalPrefix: string;
  gitEnv: Readonly<Record<string, string | undefined>>;
  environment: string;
  /** null: the newest of the environment. */
  changeId: string | null;
}>;

export type ReadChange = Readonly<{
  state: ChangeState;
  timeline: Timeline;
  journalRef: string;
  journalRemote: string | null;
  /** Who holds the environment for this change, as far as anybody can tell from here; null: nobody does. */
  worker: Readonly<{ holder: Holder; until: string }> | null;
  /** What was carried out over what it has left, newest first. */
  findLater(): Promise<readonly Neighbour[]>;
}>;

/** Nothing lies over what is not there any more. */
const UNDONE: ReadonlySet<string> = new Set(["rolled-back", "rejected"]);

/** A change as its journal has it, without the lease: to look, not to act. Throws CHANGE_UNKNOWN. */
export async function readRecorded(reading: Reading): Promise<ReadChange> {
  const { environment, journalPrefix: prefix } = reading;
  const repository = await openRepository({
    cwd: reading.cwd,
    journal: reading.journal,
    env: reading.gitEnv,
  });
  refuseCopies(repository, environment, reading.journal);
  const [newest] = reading.changeId === null ? await listChanges(repository, { prefix, environment }) : [];
  const changeId = reading.changeId ?? newest?.changeId;
  if (changeId === undefined) throw nothingIn(environment);
  const found = await readChange(repository, { prefix, environment, changeId });
  const state = replay(reloadChange(found.files), found.events);
  const lease = await readLease(repository, { prefix, environment });
  const recent = (lease?.recent ?? []).map(({ change }) => change);
  return {
    state,
    timeline: readTimeline(state.change, toldEvents(found.events)),
    journalRef: found.ref,
    journalRemote: repository.isRemote ? repository.name : null,
    worker: findWorker(lease, changeId),
    findLater: async () => {
      const begun = found.events.findLast(isBeginning);
      const isUndone = UNDONE.has(state.outcome?.outcome ?? "");
      if (begun === undefined || isUndone) return [];
      return findLater(state.change, { repository, prefix, environment, recent }, sinceOf(begun));
    },
  };
}

export function findWorker(lease: LeaseRecord | null, changeId: string): ReadChange["worker"] {
  if (lease === null || lease.state === "released" || lease.change !== changeId) return null;
  const isOver = Date.parse(lease.expiresAt) <= Date.now();
  const isDead = lease.process !== null && proveDeath(lease.process) !== null;
  return isOver || isDead ? null : { holder: lease.holder, until: lease.expiresAt };
}

function nothingIn(environment: string): ChangeError {
  return new ChangeError("CHANGE_UNKNOWN", `There is no change in the environment ${environment}.`, {
    hint: "Check the environment and the journal.",
  });
}
