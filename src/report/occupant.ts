import type { Neighbour, Occupant } from "../gate/neighbours.ts";
import { formatAt, listNames } from "./wording.ts";

/** What another change has left on the targets that a start wants, in words. */
export function describeOccupant({ neighbour, kept, shared }: Occupant): string {
  const { id, version, state } = neighbour;
  const where = `Shared: ${listNames(shared)}.`;
  if (kept !== null) {
    return `${id} keeps the group ${kept.group} as it was until ${formatAt(kept.untilMs)}, to switch back to. ${where}`;
  }
  if (state === null) return `What ${id} has left cannot be read.`;
  const how = state.isUntouched ? "it has prepared its targets" : "its targets may be in two versions";
  return `${id} (version ${version}) is not finished (${state.outcome}): ${how}. ${where}${runningWords(neighbour)}`;
}

/** What to do about it. `flags` name the environment and its journal on a command line. */
export function adviseOnOccupant({ neighbour, kept }: Occupant, flags: string): string {
  const { id, state, isLast } = neighbour;
  const command = (name: string) => `\`change-deploy ${name} ${id} ${flags}\``;
  const over = "A plan of `type: emergency` may go over it.";
  if (kept !== null)
    return `Start after that${isLast ? `, or go back first: ${command("rollback")}` : ""}. ${over}`;
  if (state === null) return `${command("status")} says what is wrong with its journal. ${over}`;
  const back = command(state.outcome === "rollback-incomplete" ? "rollback --repaired" : "rollback");
  if (state.outcome === "rollback-incomplete") {
    return `Put right by hand what it names, then say so: ${back}. ${over}`;
  }
  return `Finish it, or put it back: ${command("resume")}, ${back}. ${over}`;
}

/** What lies in the way of going on, or back: what was carried out later, newest first. */
export function adviseOnLater(later: readonly Neighbour[], changeId: string, flags: string): string {
  const [newest] = later as readonly [Neighbour];
  const command = (name: string) => `\`change-deploy ${name} ${newest.id} ${flags}\``;
  if (newest.kind === "unreadable") return `${command("status")} says what is wrong with its journal.`;
  const older = later.find(({ isLast }) => !isLast);
  if (older !== undefined) {
    return `${older.id} has had several attempts, of which only the newest can be rolled back: no rollback leads to what was there before. Bring the version that you want to all of these targets with a plan of \`type: emergency\`.`;
  }
  return `To put back what was there before both, roll back the later one first: ${command("rollback")}. To bring a version to these targets now, start it anew: in a new run, or, where ${changeId} is not finished, with a plan of \`type: emergency\`.`;
}

function runningWords({ state }: Neighbour): string {
  if (state === null || state.running.length === 0) return "";
  return ` A step of it may still run on ${listNames(state.running)}, and write over what comes now: look there once it is done.`;
}
