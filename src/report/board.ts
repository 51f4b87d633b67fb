import type { ChangeState } from "../rollout/state.ts";
import { renderBar } from "./bar.ts";
import { renderBatches } from "./board-batches.ts";
import { renderStages, renderWait } from "./board-stages.ts";
import { renderTargets } from "./board-targets.ts";
import type { BoardView } from "./board-view.ts";
import { cleanLine, dropInvisible, shorten } from "./clean.ts";
import { describeEvent } from "./describe-event.ts";
import { eventLevel } from "./event-level.ts";
import { ASCII, type Glyphs, UNICODE } from "./glyphs.ts";
import { outcomeOf, phaseOf } from "./phase.ts";
import { MARKS, type Progress } from "./progress.ts";
import { fitSpans, paint, type Span, type Style, span, spread } from "./spans.ts";
import { formatClock, formatCount, formatElapsed } from "./wording.ts";

export type BoardOptions = Readonly<{
  columns: number;
  /** The board never has more lines than this. */
  rows: number;
  color: boolean;
  /** false: nothing but ASCII. */
  unicode: boolean;
}>;

const SPINNER_MS = 250;
const BATCH_BAR_COLUMNS_MAX = 24;
/** From this many rows on, blank lines set the groups apart. */
const ROWS_FOR_BLANKS = 12;

/** One frame. Its cost depends on the rows, not on the targets: the counts are kept in `progress`. */
export function renderBoard(
  subject: Readonly<{ state: ChangeState; progress: Progress }>,
  nowMs: number,
  options: BoardOptions,
): string[] {
  const glyphs = options.unicode ? UNICODE : ASCII;
  const spinner = glyphs.spinner[Math.floor(nowMs / SPINNER_MS) % glyphs.spinner.length] ?? " ";
  const barColumns = Math.max(4, Math.min(BATCH_BAR_COLUMNS_MAX, options.columns - 56));
  const view: BoardView = { ...subject, nowMs, glyphs, spinner, barColumns };
  const rows = Math.max(0, Math.floor(options.rows));
  return layOut(view, options, rows)
    .slice(0, rows)
    .map((spans) => finishLine(spans, options, glyphs));
}

/** The head and the last event always stand; batches and targets share the rest. */
function layOut(view: BoardView, options: BoardOptions, rows: number): Span[][] {
  const blank: Span[][] = rows >= ROWS_FOR_BLANKS ? [[]] : [];
  const head = [
    renderTitle(view, options),
    renderTotal(view, options),
    renderCounts(view),
    ...renderWait(view),
    ...renderStages(view, options.columns),
  ];
  const last = renderLast(view);
  const room = rows - head.length - last.length - 3 * blank.length;
  if (room <= 0) return [...head.slice(0, Math.max(1, rows - last.length)), ...last];

  const targets = renderTargets(view, Math.max(Math.floor(room / 2), room - view.progress.batches.length));
  const batches = renderBatches(view, room - targets.length);
  const lists = targets.length === 0 ? batches : [...batches, ...blank, ...targets];
  return [...head, ...blank, ...lists, ...blank, ...last];
}

function renderTitle(view: BoardView, options: BoardOptions): Span[] {
  const { state, glyphs } = view;
  const { change } = state;
  const show = (text: string, pointsMax: number) => shorten(cleanLine(text), pointsMax);
  const outcome = outcomeOf(state);
  const endMs = outcome === null ? view.nowMs : state.lastMs;
  const elapsed = state.attempt === 0 ? "0:00" : formatElapsed(endMs - state.startedMs);
  const left = [
    span(` ${show(change.id, 40)}`, "bold"),
    span(`  ${show(change.title, 80)}`),
    span(` ${glyphs.arrow} ${show(change.environment, 40)} ${show(change.version, 60)}`, "dim"),
  ];
  const right = [
    span(`${outcome?.replaceAll("-", " ") ?? phaseOf(state)} `, titleStyle(state)),
    span(elapsed, "bold"),
  ];
  return spread(left, right, { columns: options.columns, mark: glyphs.cut });
}

function titleStyle(state: ChangeState): Style {
  const outcome = outcomeOf(state);
  if (outcome === "succeeded") return "updated";
  if (outcome === "rolled-back") return "rolled-back";
  if (outcome !== null) return "failed";
  return state.rollback === null ? "changing" : "undoing";
}

function renderTotal(view: BoardView, options: BoardOptions): Span[] {
  const { state, progress, glyphs } = view;
  const { total } = progress;
  const all = MARKS.reduce((sum, mark) => sum + total[mark], 0);
  const [done, of] =
    state.rollback === null ? [total.updated, all] : [total["rolled-back"], all - total.waiting];
  // Rounded down, so that 100 % means every one.
  const percent = of === 0 ? 0 : Math.floor((done / of) * 100);
  const bar = renderBar(total, Math.max(1, options.columns - 8), glyphs);
  return [span(" "), ...bar, span(`${String(percent).padStart(4)} %`, "bold")];
}

function renderCounts(view: BoardView): Span[] {
  const { total } = view.progress;
  const present = MARKS.filter((mark) => total[mark] > 0);
  return present.flatMap((mark, position) => [
    span(position === 0 ? " " : `  ${view.glyphs.dot}  `, "dim"),
    span(`${view.glyphs.signs[mark]} ${formatCount(total[mark])} ${mark.replace("-", " ")}`, mark),
  ]);
}

function renderLast(view: BoardView): Span[][] {
  const { last } = view.progress;
  if (last === null) return [];
  const level = eventLevel(last);
  const style: Style =
    level === "critical" || level === "warning" ? "failed" : level === "success" ? "updated" : "plain";
  // The line is made for logs and Markdown; a terminal needs none of its invisible breaks.
  const text = dropInvisible(describeEvent(last, view.state));
  return [[span(` ${formatClock(last.at)} `, "dim"), span(` ${text}`, style)]];
}

function finishLine(spans: readonly Span[], options: BoardOptions, glyphs: Glyphs): string {
  const shown = options.unicode
    ? spans
    : spans.map(({ text, style }) => span(text.replace(/[^ -~]/gu, "?"), style));
  return paint(fitSpans(shown, Math.max(0, options.columns), glyphs.cut), options.color);
}
