import { DAY_MS } from "../gate/zone.ts";

/** Mermaid reads dates in the viewer's zone and shows them in it: on this day no zone changes its clock. */
const ORIGIN_MS = Date.UTC(2000, 0, 1);
/** The picture of anything longer would show nothing, and a date must be able to hold it. */
const PICTURE_MS_MAX = 3_650 * DAY_MS;

export type Bar = Readonly<{
  /** Our own words and numbers only: nothing in it may end a line or a field of the picture. */
  label: string;
  /** Since the start of the picture. */
  startMs: number;
  lastsMs: number;
  /** Shown in the colour of what went wrong. */
  isCritical?: boolean;
}>;

export type Gantt = Readonly<{
  title: string;
  totalMs: number;
  /** null: no heading of its own. */
  groups: readonly Readonly<{ name: string | null; bars: readonly Bar[] }>[];
}>;

/** A picture for Markdown. Everything in it stands in a table beside it as well. */
export function renderGantt({ title, totalMs, groups }: Gantt): string {
  return [
    "```mermaid",
    "gantt",
    `    title ${escapeLabel(title)}`,
    "    dateFormat YYYY-MM-DD HH:mm:ss",
    `    axisFormat ${totalMs > DAY_MS ? "day %-d %H:%M" : "%H:%M"}`,
    ...groups.flatMap(({ name, bars }) => [
      ...(name === null ? [] : [`    section ${escapeLabel(name)}`]),
      ...bars.map(renderBar),
    ]),
    "```",
  ].join("\n");
}

function renderBar({ label, startMs, lastsMs, isCritical = false }: Bar): string {
  const crit = isCritical ? "crit, " : "";
  const endMs = startMs + Math.max(1_000, lastsMs);
  return `    ${escapeLabel(label)} : ${crit}${formatStamp(startMs)}, ${formatStamp(endMs)}`;
}

/** Should a name ever get in: what means something to the picture's language becomes a blank. */
function escapeLabel(label: string): string {
  return label.replace(/[^\p{L}\p{N} .,()'-]+/gu, " ").trim() || "-";
}

function formatStamp(sinceStartMs: number): string {
  return new Date(ORIGIN_MS + Math.min(sinceStartMs, PICTURE_MS_MAX))
    .toISOString()
    .slice(0, 19)
    .replace("T", " ");
}
