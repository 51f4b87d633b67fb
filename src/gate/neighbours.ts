import type { Change } from "../plan/change.ts";
import { canonicalHost } from "../plan/host-text.ts";
import { groupsOf } from "../report/groups.ts";
import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeEvent, EventOf } from "../rollout/events.ts";
import { replay } from "../rollout/replay.ts";
import { isUntouchedChange } from "../rollout/stages.ts";
import { isBeginning, listStandings, type Standing } from "../rollout/standing.ts";
import type { ChangeState } from "../rollout/state.ts";

/** Addresses, spelt the one way. */
export type Hosts = ReadonlySet<string>;

/** A moment in the environment's history: the lease's token, and the time among old journals, which have 0. */
export type Since = Readonly<{ token: number; ms: number }>;

/** An attempt of another change of the environment, or an earlier one of the same, by what it has left there. */
export type Neighbour = Readonly<{
  id: string;
  /** Of one whose journal cannot be read nothing is known: it may be anything, anywhere. */
  kind: Standing["kind"] | "unreadable";
  version: string;
  /** When the attempt that has left it began. */
  since: Since;
  /** null: unknown. */
  hosts: Hosts | null;
  kept: Kept | null;
  /** Its attempt is the last of its id: only that one can be rolled back. */
  isLast: boolean;
  /** Of one that is not finished. */
  state: PartDone | null;
}>;

export type PartDone = Readonly<{
  outcome: Outcome;
  /** Nothing but its preparation. */
  isUntouched: boolean;
  /** Targets, or lists of steps, with a step that may run on, as nobody has seen its end. */
  running: readonly string[];
}>;

/** Blue-green: the group that had the traffic before, as it was. */
export type Kept = Readonly<{ group: string; hosts: Hosts; untilMs: number }>;

export type Occupant = Readonly<{
  neighbour: Neighbour;
  kept: Kept | null;
  /** The targets of the start that are in question, by name. */
  shared: readonly string[];
  /** What was carried out over it since, newest first: it can go neither on nor back before that. */
  buriedBy: readonly Neighbour[];
}>;

/** Newest first. `changeOf` gives what the attempt that starts at this event was to do. */
export function* neighboursOf(
  id: string,
  events: readonly ChangeEvent[],
  changeOf: (start: number) => Change,
): Generator<Neighbour> {
  for (const { kind, start, end } of listStandings(events)) {
    const change = changeOf(start);
    const read = () => replay(change, events.slice(0, end));
    yield {
      id,
      kind,
      version: change.version,
      since: sinceOf(events.slice(start, end).findLast(isBeginning)!),
      hosts: hostsOf(change),
      kept: kind === "changed" && change.rollout.blueGreen !== null ? keptBy(read()) : null,
      isLast: end === events.length,
      state: kind === "unfinished" ? partDone(read()) : null,
    };
  }
}

export function unreadable(id: string): Neighbour {
  const since = { token: Number.POSITIVE_INFINITY, ms: 0 };
  return { id, kind: "unreadable", version: "", since, hosts: null, kept: null, isLast: false, state: null };
}

export function sinceOf({ token = 0, at }: EventOf<"attempt-started" | "resumed">): Since {
  return { token, ms: Date.parse(at) };
}

/** Tokens go before times: the clocks of two machines may differ by more than lies between two changes. */
function compare(a: Since, b: Since): number {
  return a.token === b.token ? a.ms - b.ms : a.token - b.token;
}

function partDone(state: ChangeState): PartDone {
  const outcome = state.outcome?.outcome ?? "interrupted";
  return { outcome, isUntouched: isUntouchedChange(state), running: [...state.inFlight.keys()] };
}

function isPartDone(kind: Neighbour["kind"]): boolean {
  return kind === "unfinished" || kind === "unreadable";
}

/**
 * What stands in a start's way, newest first: a change that is part done on its targets, as they are in two
 * versions then, and neither change could be finished or rolled back; and what an earlier one keeps to go
 * back to. Where a later change stands, it is that one's targets that count, and no longer those beneath.
 */
export function findOccupants(
  change: Change,
  neighbours: readonly Neighbour[],
  nowMs: number,
): readonly Occupant[] {
  const occupants: Occupant[] = [];
  let left = hostsOf(change);
  for (const neighbour of newestFirst(neighbours)) {
    const { id, kind, hosts, kept } = neighbour;
    if (!meet(left, hosts)) continue;
    const isKept = kept !== null && nowMs < kept.untilMs && meet(left, kept.hosts);
    // Its own part-done attempt is taken up again, not started over.
    if (isKept || (isPartDone(kind) && id !== change.id)) {
      const shared = sharedBy(change, left, isKept ? kept.hosts : hosts);
      const buriedBy = laterOn(hosts, neighbours, neighbour);
      occupants.push({ neighbour, kept: isKept ? kept : null, shared, buriedBy });
    }
    left = without(left, hosts);
  }
  return occupants;
}

/**
 * Whether these say all that matters for a start: what was begun before them, on the same targets, lies beneath
 * them. That is known of the last attempt of each only, by which changes are in order.
 */
export function coverAll(change: Change, neighbours: readonly Neighbour[]): boolean {
  let left = hostsOf(change);
  for (const { hosts, isLast } of neighbours) if (isLast) left = without(left, hosts);
  return left.size === 0;
}

/** What began after `since`, on some of these targets, and still stands: newest first. */
export function listLater(
  change: Change,
  neighbours: readonly Neighbour[],
  since: Since,
): readonly Neighbour[] {
  return laterOn(hostsOf(change), neighbours, { id: change.id, since });
}

function laterOn(
  own: Hosts | null,
  neighbours: readonly Neighbour[],
  { id, since }: Pick<Neighbour, "id" | "since">,
): readonly Neighbour[] {
  const isLater = (other: Neighbour) =>
    other.id !== id && compare(other.since, since) > 0 && (own === null || meet(own, other.hosts));
  return newestFirst(neighbours).filter(isLater);
}

function newestFirst(neighbours: readonly Neighbour[]): readonly Neighbour[] {
  return neighbours.toSorted((a, b) => compare(b.since, a.since));
}

function hostsOf({ targets }: Change): Hosts {
  return new Set(targets.map(({ host }) => canonicalHost(host)));
}

function sharedBy({ targets }: Change, left: Hosts, others: Hosts | null): readonly string[] {
  const isShared = (host: string) => left.has(host) && (others === null || others.has(host));
  return targets.filter(({ host }) => isShared(canonicalHost(host))).map(({ name }) => name);
}

function meet(some: Hosts, others: Hosts | null): boolean {
  return others === null ? some.size > 0 : [...some].some((host) => others.has(host));
}

/** What is unknown covers nothing. */
function without(some: Hosts, others: Hosts | null): Hosts {
  return others === null ? some : new Set([...some].filter((host) => !others.has(host)));
}

function keptBy(state: ChangeState): Kept | null {
  const groups = groupsOf(state);
  if (groups === null || groups.keptUntilMs === null || groups.activeBefore === null) return null;
  const { activeBefore: group, keptUntilMs: untilMs } = groups;
  const { rollout, targets } = state.change;
  const names = new Set(rollout.blueGreen?.groups.find(({ name }) => name === group)?.targets);
  const hosts = targets.filter(({ name }) => names.has(name)).map(({ host }) => canonicalHost(host));
  return { group, hosts: new Set(hosts), untilMs };
}
