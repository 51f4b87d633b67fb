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
export function adviseOnOccupant({ neighbour, kept, buriedBy }: Occupant, flags: string): string {
  const { id, state, isLast } = neighbour;
  const command = (name: string) => `\`change-deploy ${name} ${id} ${flags}\``;
  const over = "A plan of `type: emergency` may go over it.";
  if (kept !== null) {
    const canGoBack = isLast && buriedBy.length === 0;
    return `Start after that${canGoBack ? `, or go back first: ${command("rollback")}` : ""}. ${over}`;
  }
  if (state === null) return `${command("status")} says what is wrong with its journal. ${over}`;
  if (buriedBy.length > 0 && state.isUntouched) {
    return `Nothing of ${id} has been carried out but its preparation: give that back by ${command("rollback")}. ${over}`;
  }
  if (buriedBy.length > 0) {
    const names = listNames(buriedBy.map((later) => later.id));
    const buried = { id, isUntouched: false, isOver: false };
    return `${id} lies beneath ${names} itself. ${adviseOnLater(buriedBy, buried, flags)}`;
  }
  const back = command(state.outcome === "rollback-incomplete" ? "rollback --repaired" : "rollback");
  if (state.outcome === "rollback-incomplete") {
    return `Put right by hand what it names, then say so: ${back}. ${over}`;
  }
  return `Finish it, or put it back: ${command("resume")}, ${back}. ${over}`;
}

/** The change that something lies over; `isOver`: there is nothing left to be finished of it. */
export type Buried = Readonly<{ id: string; isUntouched: boolean; isOver: boolean }>;

/** `CHG-8 was carried out`, as far as it was. */
export function describeLater({ id, kind }: Neighbour): string {
  return `${id} ${kind === "unfinished" ? "was begun" : "was carried out"}`;
}

/** What lies in the way of going on, or back: what was carried out later, newest first. */
export function adviseOnLater(later: readonly Neighbour[], buried: Buried, flags: string): string {
  const [newest] = later as readonly [Neighbour];
  const command = (name: string) => `\`change-deploy ${name} ${newest.id} ${flags}\``;
  if (newest.kind === "unreadable") return `${command("status")} says what is wrong with its journal.`;
  if (newest.state !== null) {
    const isLeft = newest.state.outcome === "rollback-incomplete";
    const ways = isLeft ? command("rollback --repaired") : `${command("resume")}, ${command("rollback")}`;
    return `${newest.id} is not finished itself: ${isLeft ? "mend by hand what it names, and say so" : "finish it, or put it back"}, first: ${ways}.`;
  }
  const stuck = later.find(({ isLast, kind }) => !isLast || kind === "frozen");
  if (stuck === undefined) {
    return `To put back what was there before both, roll back the later one first: ${command("rollback")}. ${adviseAnew(buried, flags)}`;
  }
  const why = stuck.isLast
    ? "is frozen, and can go neither on nor back"
    : "has had several attempts, of which only the newest can be rolled back";
  return `${stuck.id} ${why}: no rollback leads to what was there before. ${adviseAnew(buried, flags)}`;
}

/** To have a version on these targets whatever lies on them. */
function adviseAnew({ id, isUntouched, isOver }: Buried, flags: string): string {
  if (isOver) return "To bring a version to these targets now, run a plan with a `change.id` of its own.";
  if (isUntouched) {
    return `Nothing of ${id} has been carried out yet: close it with \`change-deploy rollback ${id} ${flags}\`, and run it again.`;
  }
  return `To bring a version to these targets now, run a plan with a \`change.id\` of its own and \`type: emergency\`, as ${id} is not finished.`;
}

function runningWords({ state }: Neighbour): string {
  if (state === null || state.running.length === 0) return "";
  return ` A step of it may still run on ${listNames(state.running)}, and write over what comes now: look there once it is done.`;
}
