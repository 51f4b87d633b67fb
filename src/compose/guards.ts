import { readChange } from "../adapters/git/read-change.ts";
import type { Repository } from "../adapters/git/repository.ts";
import { ChangeError } from "../errors.ts";
import type { Change } from "../plan/change.ts";
import { groupsOf } from "../report/groups.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { replay } from "../rollout/replay.ts";
import { type Standing, standingOf } from "../rollout/standing.ts";
import { reloadChange } from "./load-change.ts";

/** The environment's other changes, as far as they may matter. */
type Environment = Readonly<{
  repository: Repository;
  prefix: string;
  environment: string;
  /** Newest first: see LeaseRecord. */
  recent: readonly string[];
}>;

type Other = Readonly<{ id: string; standing: Standing; events: readonly ChangeEvent[]; change: Change }>;

/**
 * A change must not start on targets of one that is part done: they are in two versions, and neither change
 * could be finished or rolled back after that. Nor may it take what an earlier one keeps to go back to. An
 * emergency may do both, and is told so by `warn`.
 */
export async function refuseOccupied(
  change: Change,
  environment: Environment,
  { nowMs, warn }: Readonly<{ nowMs: number; warn: (text: string) => void }>,
): Promise<void> {
  const other = await findStanding(change, environment, environment.recent);
  if (other === null) return;
  const refusal = other.standing === "unfinished" ? unfinished(other, change) : kept(other, change, nowMs);
  if (refusal === null) return;
  if (change.type !== "emergency") throw refusal;
  warn(
    `${refusal.message} This emergency goes over it, and has to be rolled back before anybody can go back there.`,
  );
}

/** Going on with a change, or undoing it, under a later one that still stands would undo the later one's work too. */
export async function refuseBuried(change: Change, environment: Environment): Promise<void> {
  const { recent } = environment;
  const place = recent.indexOf(change.id);
  const later = await findStanding(change, environment, place === -1 ? recent : recent.slice(0, place));
  if (later === null) return;
  throw new ChangeError(
    "CHANGE_STATE",
    `${later.id} was carried out in ${environment.environment} after ${change.id}.`,
    {
      hint: `To put back what was there before both, roll back ${later.id} first. To bring the version of ${change.id} after all, start it as a change with an id of its own.`,
    },
  );
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

/** The newest of the changes that has left anything on the targets of this one. */
async function findStanding(
  change: Change,
  { repository, prefix, environment }: Environment,
  ids: readonly string[],
): Promise<Other | null> {
  for (const id of ids) {
    const read = await readIfThere(repository, { prefix, environment, changeId: id });
    const standing = read === null ? "nothing" : standingOf(read.events);
    if (read === null || standing === "nothing") continue;
    const other = { id, standing, events: read.events, change: reloadChange(read.files) };
    const hosts = new Set(other.change.targets.map(({ host }) => host));
    if (change.targets.some(({ host }) => hosts.has(host))) return other;
  }
  return null;
}

/** A journal that somebody has deleted stands for nothing any more. */
async function readIfThere(repository: Repository, place: Parameters<typeof readChange>[1]) {
  try {
    return await readChange(repository, place);
  } catch (error) {
    if (error instanceof ChangeError && error.code === "CHANGE_UNKNOWN") return null;
    throw error;
  }
}

function unfinished({ id, events }: Other, change: Change): ChangeError | null {
  // Its own attempt is the business of `planOpening`, which has let it start.
  if (id === change.id) return null;
  const version = events.findLast((event) => event.kind === "attempt-started")?.version ?? "";
  return new ChangeError(
    "CHANGE_STATE",
    `${id} (version ${version}) is not finished in ${change.environment}: its targets may be in two versions.`,
    {
      hint: `Finish it with \`resume\`, or with \`rollback\` (\`--repaired\` once what it names was put right by hand). A plan of \`type: emergency\` may go over it.`,
    },
  );
}

/** Blue-green: the group that had the traffic before, for as long as `keep` says. */
function kept({ id, events, change: earlier }: Other, change: Change, nowMs: number): ChangeError | null {
  const groups = groupsOf(replay(earlier, events));
  if (groups === null || groups.keptUntilMs === null || groups.keptUntilMs <= nowMs) return null;
  const names = earlier.rollout.blueGreen?.groups.find(({ name }) => name === groups.activeBefore)?.targets;
  const hosts = new Set(earlier.targets.filter(({ name }) => names?.includes(name)).map(({ host }) => host));
  if (!change.targets.some(({ host }) => hosts.has(host))) return null;
  const until = new Date(groups.keptUntilMs).toISOString();
  return new ChangeError(
    "CHANGE_STATE",
    `${id} keeps the group ${groups.activeBefore} as it was until ${until}, to switch back to.`,
    {
      hint: `Start after that, or roll ${id} back first. A plan of \`type: emergency\` may go over it.`,
    },
  );
}
