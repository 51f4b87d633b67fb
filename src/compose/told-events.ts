import type { ChangeEvent } from "../rollout/events.ts";

/**
 * What the timeline of the newest attempt starts with. Of earlier attempts only their beginning and
 * end: the rest speaks of a plan that this one may have replaced. The journal has all of it.
 */
export function toldEvents(events: readonly ChangeEvent[]): readonly ChangeEvent[] {
  const start = events.findLastIndex((event) => event.kind === "attempt-started");
  return events.filter((event, index) => index >= start || FRAME.has(event.kind));
}

const FRAME: ReadonlySet<ChangeEvent["kind"]> = new Set(["attempt-started", "trigger-fired", "finished"]);
