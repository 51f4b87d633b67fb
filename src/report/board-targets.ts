import type { StepRun } from "../rollout/event-parts.ts";
import type { TargetState } from "../rollout/state.ts";
import type { BoardView } from "./board-view.ts";
import { cleanLine, shorten } from "./clean.ts";
import { cutToWidth, displayWidth, padToWidth } from "./columns.ts";
import { stepNameOf } from "./naming.ts";
import { outcomeOf } from "./phase.ts";
import { type Mark, markOf } from "./progress.ts";
import { type Span, span } from "./spans.ts";
import { formatCount, formatElapsed } from "./wording.ts";

const NAME_COLUMNS_MAX = 24;
const TEXT_POINTS_MAX = 200;

type Row = Readonly<{ name: string; mark: Mark; text: string }>;

/** The targets that matter now: the troubled, then those with a step in flight, then those waiting for health. */
export function renderTargets(view: BoardView, rows: number): Span[][] {
  if (rows <= 0) return [];
  const shown = pickRows(view, rows);
  const { total } = view.progress;
  const busy = total.changing + total.undoing + total.failed + total.unknown;
  const left = busy - shown.filter((row) => row.mark !== "waiting").length;
  const kept = left > 0 && shown.length === rows ? shown.slice(0, -1) : shown;
  const columns = Math.min(NAME_COLUMNS_MAX, Math.max(0, ...kept.map(({ name }) => displayWidth(name))));
  const lines = kept.map((row) => targetRow(view, row, columns));
  const more = left + shown.length - kept.length;
  return left > 0 ? [...lines, [span(`   and ${formatCount(more)} more`, "dim")]].slice(0, rows) : lines;
}

function targetRow(view: BoardView, row: Row, columns: number): Span[] {
  const isMoving = row.mark === "changing" || row.mark === "undoing";
  const name = cutToWidth(row.name, columns, view.glyphs.cut);
  return [
    span(` ${isMoving ? view.spinner : view.glyphs.signs[row.mark]} `, row.mark),
    span(`${padToWidth(name, columns)}  `),
    span(row.text, row.mark === "failed" ? "failed" : "dim"),
  ];
}

function pickRows(view: BoardView, rows: number): Row[] {
  const { state, progress } = view;
  const picked = new Map<string, Row>();
  const waiting = state.rollback?.verifying ?? state.settling;
  for (const owners of [progress.trouble, state.inFlight.keys(), waiting.keys()]) {
    for (const owner of owners) {
      if (picked.size >= rows) return [...picked.values()];
      if (!picked.has(owner)) picked.set(owner, describeOwner(view, owner));
    }
  }
  return [...picked.values()];
}

function describeOwner(view: BoardView, owner: string): Row {
  const { state } = view;
  const run = state.inFlight.get(owner) ?? state.inDoubt.get(owner);
  const target = state.targets.get(owner);
  const name = shorten(cleanLine(target === undefined ? `(once, ${owner})` : owner), TEXT_POINTS_MAX);
  if (target === undefined)
    return { name, mark: "waiting", text: run === undefined ? "" : describeRun(view, owner, run) };
  const mark = markOf(state, owner);
  const isRunning = run !== undefined && mark !== "failed";
  const text = isRunning ? describeRun(view, owner, run) : describeStatus(target, mark);
  return { name, mark, text: shorten(cleanLine(text), TEXT_POINTS_MAX) };
}

function describeRun(view: BoardView, owner: string, run: StepRun): string {
  const { state, progress, nowMs } = view;
  const step = stepNameOf(run, state) ?? String(run.step + 1);
  const startedMs = progress.startedMs.get(owner);
  const doing = run.direction === "do" ? step : `undo ${step}`;
  if (outcomeOf(state) !== null) return `${doing}: nobody knows how far it got`;
  if (state.inDoubt.has(owner)) return `${doing}: asking what became of it`;
  return startedMs === undefined ? doing : `${doing}  ${formatElapsed(nowMs - startedMs)}`;
}

function describeStatus(target: TargetState, mark: Mark): string {
  const bad = target.measurements.find(({ verdict }) => verdict !== "healthy");
  const sick = bad === undefined ? "" : `: ${bad.check}: ${bad.detail}`;
  if (mark === "unknown") return `not proven healthy${sick}`;
  switch (target.status) {
    case "failed":
    case "rollback-failed":
      return target.reason ?? "failed";
    case "settling":
      return `waiting for health${sick}`;
    case "verifying":
      return `undone, being verified${sick}`;
    case "undoing":
      return "being undone";
    default:
      return target.ladder.detail ?? "next step is due";
  }
}
