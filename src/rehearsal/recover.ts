import type { ChangeEvent } from "../rollout/events.ts";
import type { Disk } from "./machine.ts";
import type { Remote } from "./remote.ts";

export type Recovered = Readonly<{
  events: readonly ChangeEvent[];
  /** Events that only the write-ahead file has; they continue the journal. */
  tail: readonly ChangeEvent[];
  writeAhead: "found" | "missing";
}>;

/** What the machine's write-ahead file adds to the journal; the file is started anew with that. */
export function recover({ events }: Remote, disk: Disk): Recovered {
  const found = disk.writeAhead;
  const { tail, writeAhead } = compare(events, found);
  disk.writeAhead = { base: events.length, events: [...tail], isBehind: writeAhead === "missing" };
  return { events: [...events], tail, writeAhead };
}

function compare(events: readonly ChangeEvent[], found: Disk["writeAhead"]): Omit<Recovered, "events"> {
  const missing = isSettled(events) ? "found" : "missing";
  if (found === null) return { tail: [], writeAhead: missing };
  const shared = found.events.filter((event, i) => events[found.base + i] === event).length;
  // Another process has gone on: what this machine recorded after that is set aside.
  if (found.base + shared !== events.length) return { tail: [], writeAhead: missing };
  if (found.isBehind) return { tail: found.events.slice(shared), writeAhead: missing };
  return { tail: found.events.slice(shared), writeAhead: "found" };
}

/** Nothing can be lost of a journal that never began, or whose writer said that it was done. */
function isSettled(events: readonly ChangeEvent[]): boolean {
  const last = events.findLast(({ kind }) => kind !== "reported");
  return last === undefined || last.kind === "finished" || last.kind === "interrupted";
}
