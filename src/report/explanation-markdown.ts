import type { Explanation } from "../plan/explain/explain-change.ts";
import {
  describeBatch,
  type ExplanationRow,
  listRows,
  listSentences,
  shownBatches,
} from "./explanation-rows.ts";
import { code, plain, tableHead, tableRow } from "./markdown.ts";
import { countOf, formatMs } from "./wording.ts";

/** Mermaid reads dates in the viewer's zone and shows them in it: on this day no zone changes its clock. */
const ORIGIN_MS = Date.UTC(2000, 0, 1);
const DAY_MS = 86_400_000;
/** The picture of anything longer would show nothing, and a date must be able to hold it. */
const PICTURE_MS_MAX = 3_650 * DAY_MS;

/** For the job summary: the picture, the same as a table, and what there is to know about it. */
export function renderExplanationMarkdown(explanation: Explanation): string {
  const { change, batches, targetCount, digest, strategy } = explanation;
  const count = `${countOf(targetCount, "target")} in ${countOf(batches.length, "batch")}`;
  const rows = listRows(explanation);
  const parts = [
    `## What ${code(change.id)} would do`,
    `${plain(change.title)}: ${change.type} change of ${change.risk} risk, ${count} (${strategy}), to version ${code(change.version)} in ${code(change.environment)}.`,
    renderMermaid(rows),
    [tableHead(["Phase", ">Starts after", ">Expected", ">At most"]), ...rows.map(renderRow)].join("\n"),
    shownBatches(batches)
      .map((batch) => `- ${plain(describeBatch(batch))}`)
      .join("\n"),
    listSentences(explanation)
      .map((sentence) => `- ${plain(sentence, 2_000)}`)
      .join("\n"),
    `Digest: ${code(digest)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function renderRow({ label, startMs, expectedMs, worstMs }: ExplanationRow): string {
  return tableRow([label, formatMs(startMs), formatMs(expectedMs), formatMs(worstMs)]);
}

/** The labels are our own words and numbers, so nothing in them ends a line or a field of the picture. */
function renderMermaid(rows: readonly ExplanationRow[]): string {
  const bars = rows.map(({ label, startMs, expectedMs }) => {
    return `    ${label} : ${formatStamp(startMs)}, ${formatStamp(startMs + Math.max(1_000, expectedMs))}`;
  });
  const isLong = rows.some(({ startMs, expectedMs }) => startMs + expectedMs > DAY_MS);
  return [
    "```mermaid",
    "gantt",
    "    title Expected course, in hours and minutes from the start",
    "    dateFormat YYYY-MM-DD HH:mm:ss",
    `    axisFormat ${isLong ? "day %-d %H:%M" : "%H:%M"}`,
    ...bars,
    "```",
  ].join("\n");
}

function formatStamp(sinceStartMs: number): string {
  return new Date(ORIGIN_MS + Math.min(sinceStartMs, PICTURE_MS_MAX))
    .toISOString()
    .slice(0, 19)
    .replace("T", " ");
}
