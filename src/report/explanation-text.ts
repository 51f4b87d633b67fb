import type { Explanation } from "../plan/explain/explain-change.ts";
import { quoteLine } from "./clean.ts";
import { padToWidth } from "./columns.ts";
import {
  describeBatch,
  type ExplanationRow,
  listRows,
  listSentences,
  shownBatches,
} from "./explanation-rows.ts";
import { countOf, formatMs } from "./wording.ts";

/** `columns` of the terminal; `unicode: false` for one that shows ASCII alone. */
export type TextOptions = Readonly<{ columns: number; unicode: boolean }>;

const COLUMNS_MIN = 60;
const COLUMNS_MAX = 200;
const LABEL_COLUMNS = 20;
const TIMES_COLUMNS = 30;

/** For a terminal or a log: a picture of the expected course, and what there is to know about it. */
export function renderExplanationText(explanation: Explanation, options: TextOptions): string {
  const { change, batches, targetCount, digest } = explanation;
  const count = `${countOf(targetCount, "target")} in ${countOf(batches.length, "batch")}`;
  const lines = [
    `${quoteLine(change.id)} ${quoteLine(change.title)}`,
    `${change.type} change of ${change.risk} risk: ${count} (${explanation.strategy})`,
    `environment ${quoteLine(change.environment)}, version ${quoteLine(change.version)}`,
    `digest ${digest}`,
    "",
    ...renderGantt(explanation, options),
    "",
    ...shownBatches(batches).map(describeBatch),
    "",
    ...listSentences(explanation),
  ];
  return `${lines.join("\n")}\n`;
}

function renderGantt(explanation: Explanation, { columns, unicode }: TextOptions): string[] {
  const room = Math.max(COLUMNS_MIN, Math.min(columns, COLUMNS_MAX));
  const width = room - LABEL_COLUMNS - TIMES_COLUMNS - 2;
  const scale = { totalMs: Math.max(1, explanation.expectedMs), width, cell: unicode ? "█" : "#" };
  return listRows(explanation).map((row) => {
    const times = `${formatMs(row.expectedMs)}, at most ${formatMs(row.worstMs)}`;
    const label = padToWidth(row.label, LABEL_COLUMNS);
    return `${label} ${padToWidth(drawBar(row, scale), width)} ${times}`;
  });
}

type Scale = Readonly<{ totalMs: number; width: number; cell: string }>;

/** At least one cell, so that the shortest phase is seen. */
function drawBar({ startMs, expectedMs }: ExplanationRow, { totalMs, width, cell }: Scale): string {
  const from = Math.min(width - 1, Math.floor((startMs / totalMs) * width));
  const to = Math.min(width, Math.max(from + 1, Math.round(((startMs + expectedMs) / totalMs) * width)));
  return " ".repeat(from) + cell.repeat(to - from);
}
