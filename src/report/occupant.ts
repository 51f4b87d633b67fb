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

/** What to do about it. */
export function adviseOnOccupant({ neighbour, kept }: Occupant, environment: string): string {
  const { id, state, isLast } = neighbour;
  const command = (name: string) => `\`change-deploy ${name} ${id} --environment ${environment}\``;
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

/** What lies in the way of going on, or back: a change that was carried out later. */
export function adviseOnLater(
  { id, kind, isLast }: Neighbour,
  changeId: string,
  environment: string,
): string {
  const command = (name: string) => `\`change-deploy ${name} ${id} --environment ${environment}\``;
  if (kind === "unreadable") return `${command("status")} says what is wrong with its journal.`;
  const back = isLast
    ? `To put back what was there before both, roll back the later one first: ${command("rollback")}.`
    : `${id} has had another attempt since, so that what it has brought can no longer be rolled back by itself.`;
  return `${back} To bring a version to these targets now, start it anew: in a new run, or with an id of its own where ${changeId} is not finished.`;
}

function runningWords({ state }: Neighbour): string {
  if (state === null || state.running.length === 0) return "";
  return ` A step of it may still run on ${listNames(state.running)}, and write over what comes now: look there once it is done.`;
}
