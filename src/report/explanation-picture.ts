import type { Explanation } from "../plan/explain/explain-change.ts";
import { displayWidth, padToWidth } from "./columns.ts";
import { type ExplanationRow, listRows } from "./explanation-rows.ts";
import { formatMs } from "./wording.ts";

/** A picture that is narrower says nothing. */
const BARS_MIN = 12;
const GAP = "  ";

type Cells = Readonly<{ full: string; line: string; start: string; end: string; later: string }>;

const UNICODE: Cells = { full: "█", line: "─", start: "├", end: "┤", later: "▸" };
const ASCII: Cells = { full: "#", line: "-", start: "|", end: "|", later: ">" };

type Layout = Readonly<{ label: number; bars: number; expected: number; worst: number }>;

/** A row per phase and batch, within the columns; without the bars where there is no room for them. */
export function drawExplanation(
  explanation: Explanation,
  { columns, unicode }: Readonly<{ columns: number; unicode: boolean }>,
): string[] {
  const rows = listRows(explanation);
  const layout = layOut(rows, columns);
  const cells = unicode ? UNICODE : ASCII;
  const scale = { totalMs: Math.max(1, explanation.expectedMs), width: layout.bars, cells };
  const head = writeRow(layout, ["", "", "expected", "at most"]);
  const drawn = rows.map((row) =>
    writeRow(layout, [row.label, drawBar(row, scale), formatMs(row.expectedMs), formatMs(row.worstMs)]),
  );
  const axis = writeRow(layout, ["", drawAxis(scale), "", ""]);
  return [head, ...drawn, axis].filter((line) => line !== "");
}

function layOut(rows: readonly ExplanationRow[], columns: number): Layout {
  const widest = (texts: readonly string[]) => Math.max(...texts.map(displayWidth));
  const label = widest(["", ...rows.map((row) => row.label)]);
  const expected = widest(["expected", ...rows.map((row) => formatMs(row.expectedMs))]);
  const worst = widest(["at most", ...rows.map((row) => formatMs(row.worstMs))]);
  const room = columns - label - expected - worst - 3 * GAP.length;
  return { label, bars: room < BARS_MIN ? 0 : room, expected, worst };
}

function writeRow(layout: Layout, row: readonly [string, string, string, string]): string {
  const [label, bar, expected, worst] = row;
  const cells = [
    padToWidth(label, layout.label),
    ...(layout.bars === 0 ? [] : [padToWidth(bar, layout.bars)]),
    expected.padStart(layout.expected),
    worst.padStart(layout.worst),
  ];
  return cells.join(GAP).trimEnd();
}

type Scale = Readonly<{ totalMs: number; width: number; cells: Cells }>;

/** At least one cell, so that the shortest phase is seen. */
function drawBar({ startMs, expectedMs, isAfterEnd }: ExplanationRow, scale: Scale): string {
  const { totalMs, width, cells } = scale;
  if (isAfterEnd) return " ".repeat(Math.max(0, width - 1)) + cells.later;
  const from = Math.min(width - 1, Math.floor((startMs / totalMs) * width));
  const to = Math.min(width, Math.max(from + 1, Math.round(((startMs + expectedMs) / totalMs) * width)));
  return " ".repeat(Math.max(0, from)) + cells.full.repeat(Math.max(0, to - from));
}

/** From nothing to the expected end. */
function drawAxis({ totalMs, width, cells }: Scale): string {
  const start = `${cells.start} 0 `;
  const end = ` ${formatMs(totalMs)} ${cells.end}`;
  const left = width - displayWidth(start) - displayWidth(end);
  return left < 0 ? "" : start + cells.line.repeat(left) + end;
}
