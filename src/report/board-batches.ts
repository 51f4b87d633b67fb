import type { ChangeState } from "../rollout/state.ts";
import { renderBar } from "./bar.ts";
import type { BoardView } from "./board-view.ts";
import { padToWidth } from "./columns.ts";
import { MARKS, type Mark, type Tally } from "./progress.ts";
import { type Span, span } from "./spans.ts";
import { countOf, formatCount, formatElapsed } from "./wording.ts";

/** A row per batch; where there are too many, those around the batch that something happens in. */
export function renderBatches(view: BoardView, rows: number): Span[][] {
  const count = view.progress.batches.length;
  if (count <= rows) return rangeOf(view, 0, count);
  if (rows < 3) return rangeOf(view, focusOf(view), Math.min(count, focusOf(view) + rows));

  const inner = rows - 2;
  const from = Math.min(Math.max(0, focusOf(view) - Math.floor(inner / 2)), count - inner);
  return [
    [span(`   ${countOf(from, "batch")} before`, "dim")],
    ...rangeOf(view, from, from + inner),
    [span(`   ${countOf(count - from - inner, "batch")} after`, "dim")],
  ];
}

function rangeOf(view: BoardView, from: number, to: number): Span[][] {
  return view.progress.batches.slice(from, to).map((tally, offset) => batchRow(view, from + offset, tally));
}

/** On the way back it is where targets are being undone. */
function focusOf(view: BoardView): number {
  const { state, progress } = view;
  const undoing = state.rollback?.undoing.values().next().value ?? state.rollback?.broken.at(-1);
  const index =
    undoing === undefined ? state.batch.index : (progress.batchOf.get(undoing) ?? state.batch.index);
  return Math.min(index, progress.batches.length - 1);
}

function batchRow(view: BoardView, index: number, tally: Tally): Span[] {
  const { progress, glyphs, barColumns } = view;
  const mark = batchMark(tally);
  const isMoving = mark === "changing" || mark === "undoing";
  const digits = formatCount(progress.batches.length).length;
  const size = MARKS.reduce((sum, each) => sum + tally[each], 0);
  return [
    span(` ${isMoving ? view.spinner : glyphs.signs[mark]} `, mark),
    span(`Batch ${formatCount(index + 1).padStart(digits)}  `, mark === "waiting" ? "dim" : "plain"),
    ...renderBar(tally, barColumns, glyphs),
    span(`  ${padToWidth(countOf(size, "target"), 11)} `, "dim"),
    ...batchWords(view.state, index, { tally, nowMs: view.nowMs }),
  ];
}

/** The most telling of its targets' marks. */
function batchMark(tally: Tally): Mark {
  const order: readonly Mark[] = ["failed", "unknown", "undoing", "changing"];
  const telling = order.find((mark) => tally[mark] > 0);
  if (telling !== undefined) return telling;
  if (tally["rolled-back"] > 0) return "rolled-back";
  if (tally.waiting > 0) return tally.updated > 0 ? "changing" : "waiting";
  return "updated";
}

function batchWords(
  state: ChangeState,
  index: number,
  { tally, nowMs }: { tally: Tally; nowMs: number },
): Span[] {
  const { batch, rollback, change } = state;
  const isCurrent = rollback === null && index === batch.index;
  if (isCurrent && batch.bakeStartedMs !== null && state.outcome === null) {
    const leftMs = batch.bakeStartedMs + change.rollout.bakeMs - nowMs;
    return [span(` baking, ${formatElapsed(leftMs)} left`, "changing")];
  }
  if (rollback === null && index < batch.index && tally.failed === 0) return [span(" passed", "updated")];
  return MARKS.filter((mark) => mark !== "waiting" && tally[mark] > 0).flatMap((mark, position) => [
    span(position === 0 ? " " : ", ", "dim"),
    span(`${formatCount(tally[mark])} ${mark.replace("-", " ")}`, mark),
  ]);
}
