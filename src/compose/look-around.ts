import { ChangeError } from "../errors.ts";
import { sinceOf } from "../gate/neighbours.ts";
import { describeOccupant } from "../report/occupant.ts";
import type { EventOf } from "../rollout/events.ts";
import type { Opening } from "../rollout/reopen.ts";
import { isUntouchedChange } from "../rollout/stages.ts";
import { isBeginning } from "../rollout/standing.ts";
import type { ChangeState } from "../rollout/state.ts";
import { buriedOf, findLater, refuseBuried, refuseOccupied, refuseSupersededRun } from "./guards.ts";
import type { Place } from "./place.ts";
import { placeFlags } from "./place-flags.ts";
import type { SessionRequest } from "./session.ts";
import type { Shell } from "./shell.ts";

type Scene = Readonly<{
  request: SessionRequest;
  opening: Opening;
  state: ChangeState;
  place: Place;
  shell: Shell;
}>;

export type Surroundings = Readonly<{
  /** Changes that an emergency goes over. */
  over: readonly string[];
  /** Others may have acted since a change that has touched nothing yet looked at what is there. */
  anew: "goes-on" | "goes-back" | null;
}>;

/** Others may have acted on the environment since; what they left must not be undone, or built on, unawares. */
export async function lookAround(scene: Scene): Promise<Surroundings> {
  const { request, opening, state, shell } = scene;
  const { repository, opened } = scene.place;
  const { clock, journalPrefix: prefix, run, say } = shell;
  const { environment } = request;
  const around = { repository, prefix, environment, recent: opened.recent };
  const flags = placeFlags({ environment, journal: shell.journal, journalPrefix: prefix });
  if (request.kind === "run") refuseSupersededRun(opened.events, run?.url ?? null);
  const begun = opened.events.findLast(isBeginning);
  const anew = opening.kind === "continue" && opened.isOutOfDate;
  if (begun !== undefined && actsAgain(scene, { begun, anew })) {
    const later = await findLater(state.change, around, sinceOf(begun));
    refuseBuried(later, { ...buriedOf(state, { anew }), environment, flags });
  }
  if (anew) refuseOldData(scene);
  const goesBack = request.kind === "rollback";
  const takesTargets = opening.kind === "start" || (anew && !goesBack);
  if (!takesTargets) return { over: [], anew: anew ? "goes-back" : null };
  const occupants = await refuseOccupied(state.change, around, { nowMs: clock.now(), flags });
  for (const occupant of occupants) say(`${describeOccupant(occupant)} ${GOES_OVER}`);
  return { over: occupants.map(({ neighbour }) => neighbour.id), anew: anew ? "goes-on" : null };
}

const GOES_OVER =
  "If this emergency passes its gate, it goes over that, and there is no way back to it but to roll the emergency back first.";

/**
 * As something that began then, and not now: in an attempt that goes on, or in a run that is run again. One that
 * looks anew is no exception: it was wanted, and approved, before there was the later one.
 */
function actsAgain(
  { request, opening, state, shell }: Scene,
  { begun, anew }: Readonly<{ begun: EventOf<"attempt-started" | "resumed">; anew: boolean }>,
): boolean {
  if (opening.kind === "start") return begun.holder.where === shell.run?.url;
  // Whoever runs it again wants its version there, and would be told that it is.
  if (opening.kind === "nothing") return request.kind === "run";
  if (request.kind !== "rollback") return true;
  // Where nothing was touched, a rollback undoes nothing; but a restore puts data back.
  return !(anew || isUntouchedChange(state)) || restoresData(request);
}

function restoresData(request: SessionRequest): boolean {
  return request.kind === "rollback" && (request.restore ?? []).length > 0;
}

/** Backups of a change that has touched nothing are of no use once others have changed the data. */
function refuseOldData({ request, state }: Scene): void {
  if (!restoresData(request)) return;
  const { id } = state.change;
  throw new ChangeError(
    "CHANGE_STATE",
    `${id} has touched nothing, and others have acted since it made its backups: to restore them would lose what those have changed.`,
    { hint: "Leave `--restore` out. Where the old data is what you want, restore it by hand." },
  );
}
