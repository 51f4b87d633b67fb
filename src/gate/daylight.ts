import { formatReading, listOccurrences, type Occurrence } from "./occurrences.ts";
import type { Schedule } from "./schedule.ts";
import { momentsOf } from "./windows.ts";
import { classifyReading, readZone, type Zone } from "./zone.ts";

/** A window or a freeze that starts or ends at a reading which daylight saving skips or repeats. */
export type DaylightTrouble = Readonly<{
  list: "windows" | "freezes";
  /** In that list of the schedule. */
  index: number;
  boundary: "from" | "to";
  /** The reading in question, such as `2026-03-29T02:30`. */
  reading: string;
  clock: "skipped" | "repeated";
  /** How long it lasts that time, and how long the plan makes it look. 0: it vanishes. */
  actualMs: number;
  plannedMs: number;
}>;

/** A plan that runs for years repeats the same trouble; these show it well enough. */
const TROUBLES_MAX = 100;

/** Those that touch the range, at most a hundred, in the order of the plan. */
export function findDaylightTrouble(schedule: Schedule, fromMs: number, toMs: number): DaylightTrouble[] {
  const zone = readZone(schedule.timezone, { startMs: fromMs, endMs: toMs });
  // Where the offset never changes no reading is skipped or repeated.
  if (zone.length === 1) return [];
  const troubles: DaylightTrouble[] = [];
  for (const occurrence of listOccurrences(schedule, { startMs: fromMs, endMs: toMs })) {
    const { startMs, endMs } = momentsOf(zone, occurrence);
    if (Math.max(startMs, endMs) < fromMs || Math.min(startMs, endMs) >= toMs) continue;
    troubles.push(...troublesOf(zone, occurrence, Math.max(0, endMs - startMs)));
    if (troubles.length >= TROUBLES_MAX) break;
  }
  return troubles.slice(0, TROUBLES_MAX);
}

function troublesOf(zone: Zone, occurrence: Occurrence, actualMs: number): DaylightTrouble[] {
  const { list, index, fromMs, toMs } = occurrence;
  const boundaries = [
    { boundary: "from", readingMs: fromMs },
    { boundary: "to", readingMs: toMs },
  ] as const;
  return boundaries.flatMap(({ boundary, readingMs }) => {
    const clock = classifyReading(zone, readingMs);
    if (clock === "once") return [];
    const reading = formatReading(readingMs);
    return [{ list, index, boundary, reading, clock, actualMs, plannedMs: toMs - fromMs }];
  });
}
