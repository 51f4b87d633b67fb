import type { Explanation } from "../plan/explain/explain-change.ts";
import { type ExplanationRow, listRows } from "./explanation-rows.ts";
import { listSections } from "./explanation-sections.ts";
import { renderGantt } from "./gantt.ts";
import { code, plain, tableHead, tableRow } from "./markdown.ts";
import { countOf, formatMs } from "./wording.ts";

/** Of the picture: what follows the end may last for weeks. */
const AFTER_END_SHARE = 0.1;

/** For the job summary: the picture, the same as a table, and what there is to know about it. */
export function renderExplanationMarkdown(explanation: Explanation): string {
  const rows = listRows(explanation);
  const parts = [
    `## What ${code(explanation.change.id)} would do`,
    describeChange(explanation),
    renderMermaid(rows, explanation.expectedMs),
    [tableHead(["Phase", ">Starts after", ">Expected", ">At most"]), ...rows.map(renderRow)].join("\n"),
    ...listSections(explanation).map(renderSection),
    `Digest: ${code(explanation.digest)}`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function describeChange({ change, targetCount, strategy, batches }: Explanation): string {
  const { title, type, risk, version, environment } = change;
  const parts = strategy === "blue-green" ? `${batches.length} groups` : countOf(batches.length, "batch");
  const count = `${countOf(targetCount, "target")} in ${parts}`;
  const place = environment === "" ? "" : ` in ${code(environment)}`;
  return `${plain(title)}: ${type} change of ${risk} risk, ${count} (${strategy}), to version ${code(version)}${place}.`;
}

function renderRow({ label, startMs, expectedMs, worstMs }: ExplanationRow): string {
  return tableRow([label, formatMs(startMs), formatMs(expectedMs), formatMs(worstMs)]);
}

function renderSection({ title, sentences }: ReturnType<typeof listSections>[number]): string {
  const items = sentences.map((sentence) => `- ${plain(sentence, 2_000)}`);
  return [`### ${plain(title)}`, "", ...items].join("\n");
}

function renderMermaid(rows: readonly ExplanationRow[], expectedMs: number): string {
  const bars = rows.map(({ label, startMs, expectedMs: rowMs, isAfterEnd }) => {
    const lastsMs = isAfterEnd ? Math.min(rowMs, expectedMs * AFTER_END_SHARE) : rowMs;
    return { label, startMs, lastsMs };
  });
  const title = "Expected course, in hours and minutes from the start";
  return renderGantt({ title, totalMs: expectedMs, groups: [{ name: null, bars }] });
}
