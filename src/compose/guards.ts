import { type ReadStory, readStories } from "../adapters/git/read-change.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { ChangeError } from "../errors.ts";
import {
  coverAll,
  findOccupants,
  listLater,
  type Neighbour,
  neighboursOf,
  type Occupant,
  type Since,
  unreadable,
} from "../gate/neighbours.ts";
import type { Change } from "../plan/change.ts";
import {
  adviseOnLater,
  adviseOnOccupant,
  type Buried,
  describeLater,
  describeOccupant,
} from "../report/occupant.ts";
import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { isUntouchedChange } from "../rollout/stages.ts";
import type { ChangeState } from "../rollout/state.ts";
import { reloadChange } from "./load-change.ts";

export type Environment = Readonly<{
  repository: Repository;
  prefix: string;
  environment: string;
  /** Changes that have begun in it, newest first: see LeaseRecord. */
  recent: readonly string[];
}>;

/**
 * Refuses to start on targets that another change has left part done, or keeps to go back to. An emergency
 * may: resolves to the changes that it goes over.
 */
export async function refuseOccupied(
  change: Change,
  environment: Environment,
  { nowMs, flags }: Readonly<{ nowMs: number; flags: string }>,
): Promise<readonly Occupant[]> {
  const neighbours: Neighbour[] = [];
  for await (const neighbour of readNeighbours(environment, environment.recent)) {
    neighbours.push(neighbour);
    if (coverAll(change, neighbours)) break;
  }
  const occupants = findOccupants(change, neighbours, nowMs);
  const [newest] = occupants;
  if (newest !== undefined && change.type !== "emergency") {
    const hint = adviseOnOccupant(newest, flags);
    throw new ChangeError("CHANGE_STATE", describeOccupant(newest), { hint });
  }
  return occupants;
}

/**
 * Going on with a change, or undoing it, under a later one that still stands would undo the later one's work
 * too. `flags` name the environment and its journal on a command line.
 */
export function refuseBuried(
  later: readonly Neighbour[],
  buried: Buried & Readonly<{ environment: string; flags: string }>,
): void {
  const [newest] = later;
  if (newest === undefined) return;
  const { id, environment, flags } = buried;
  throw new ChangeError("CHANGE_OVERTAKEN", `${describeLater(newest)} in ${environment} after ${id}.`, {
    hint: adviseOnLater(later, buried, flags),
  });
}

/** What stands on a change's targets and began after it, newest first. */
export async function findLater(
  change: Change,
  environment: Environment,
  since: Since,
): Promise<readonly Neighbour[]> {
  const { recent } = environment;
  const place = recent.indexOf(change.id);
  // Those that have begun after it.
  const ids = place === -1 ? recent : recent.slice(0, place);
  const neighbours: Neighbour[] = [];
  for await (const neighbour of readNeighbours(environment, ids)) neighbours.push(neighbour);
  return listLater(change, neighbours, since);
}

const FINAL: ReadonlySet<Outcome> = new Set(["succeeded", "rolled-back", "rejected", "frozen"]);

/** `anew`: whatever this machine has of it beyond the remote, nothing of it was carried out. */
export function buriedOf(state: ChangeState, { anew }: Readonly<{ anew: boolean }>): Buried {
  const { outcome, change } = state;
  const isOver = outcome !== null && FINAL.has(outcome.outcome);
  return { id: change.id, isUntouched: anew || isUntouchedChange(state), isOver };
}

/** Re-running an old job must not put its version over what a later run has brought. `where`: see Wish. */
export function refuseSupersededRun(events: readonly ChangeEvent[], where: string | null): void {
  if (where === null) return;
  const attempts = events.filter((event) => event.kind === "attempt-started");
  const isMine = (attempt: (typeof attempts)[number]) => attempt.holder.where === where;
  const newest = attempts.at(-1);
  if (newest === undefined || isMine(newest) || !attempts.some(isMine)) return;
  throw new ChangeError(
    "CHANGE_OVERTAKEN",
    `Another run has made attempt ${newest.attempt} of this change (version ${newest.version}) after this one.`,
    { hint: "A re-run would put the older version over it. Start a new run if that is what you want." },
  );
}

async function* readNeighbours(
  { repository, prefix, environment }: Environment,
  ids: readonly string[],
): AsyncGenerator<Neighbour> {
  for await (const { changeId, story } of readStories(repository, { prefix, environment }, ids)) {
    // A journal that somebody has deleted stands for nothing any more.
    if (story === "none") continue;
    if (story === "damaged") yield unreadable(changeId);
    else yield* toNeighbours(changeId, story);
  }
}

function* toNeighbours(id: string, { events, inputsOf }: ReadStory): Generator<Neighbour> {
  try {
    yield* neighboursOf(id, events, (start) => reloadChange({ inputs: inputsOf(start) }));
  } catch (error) {
    if (!(error instanceof ChangeError) || error.code !== "JOURNAL_CORRUPT") throw error;
    yield unreadable(id);
  }
}
