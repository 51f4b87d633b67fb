import type { BoardView } from "./board-view.ts";
import { cleanLine, dropInvisible, shorten } from "./clean.ts";
import { COMMANDS } from "./commands.ts";
import { OTHERWISE } from "./describe-people-event.ts";
import { outcomeOf } from "./phase.ts";
import type { Mark } from "./progress.ts";
import { type Span, span, spansWidth } from "./spans.ts";
import { compareStageBudgets, listStages, type StageStatus, type StageSummary } from "./stages-told.ts";
import { waitOf } from "./waits.ts";
import { formatAt, formatElapsed } from "./wording.ts";

const MARK_OF: Readonly<Record<StageStatus, Mark>> = {
  done: "updated",
  "under way": "changing",
  stopped: "failed",
  waiting: "waiting",
};

/**
 * The phases before and after the batches, where the plan has any: what is done, and how long the one at
 * hand takes. Where they do not fit, what is done loses its names.
 */
export function renderStages(view: BoardView, columns: number): Span[][] {
  const { state, nowMs } = view;
  const stages = listStages(state, nowMs);
  if (stages.filter(({ stage }) => stage !== "survey" && stage !== "rollback").length < 2) return [];
  const whole = stageSpans(view, stages, true);
  return [spansWidth(whole) <= columns ? whole : stageSpans(view, stages, false)];
}

function stageSpans(view: BoardView, stages: readonly StageSummary[], isNamed: boolean): Span[] {
  const { state, nowMs, glyphs } = view;
  const spans = stages.flatMap(({ label, status, tookMs }, position) => {
    const mark = MARK_OF[status];
    const sign = status === "under way" ? view.spinner : glyphs.signs[mark];
    const took = status === "under way" ? ` ${formatElapsed(tookMs)}` : "";
    const text = status === "done" && !isNamed ? sign : `${sign} ${label}${took}`;
    return [span(position === 0 || text === sign ? " " : "  "), span(text, mark)];
  });
  const isLate = compareStageBudgets(state, nowMs).some(({ verdict }) => verdict === "over");
  return isLate ? [...spans, span("  over budget", "failed")] : spans;
}

/** What it waits for and until when; of a question also the keys that answer it. */
export function renderWait({ state, nowMs, glyphs }: BoardView): Span[][] {
  const wait = waitOf(state, nowMs);
  // A bake stands in its batch's own row.
  if (wait === null || wait.kind === "bake" || wait.kind === "health") return [];
  const left = wait.untilMs === null ? "" : `, ${formatElapsed(wait.untilMs - nowMs)} left`;
  const until = wait.kind === "window" && wait.untilMs !== null ? ` at ${formatAt(wait.untilMs)}` : "";
  const what = dropInvisible(shorten(cleanLine(wait.what), 120));
  const line = [span(` ${glyphs.signs.unknown} waiting for ${what}${until}${left}`, "unknown")];
  return wait.kind === "question" && outcomeOf(state) === null
    ? [line, renderKeys(state.change.onWarning.otherwise)]
    : [line];
}

function renderKeys(otherwise: keyof typeof OTHERWISE): Span[] {
  const keys = COMMANDS.flatMap(({ key, name }) => [span(`  [${key}]`, "bold"), span(` ${name}`)]);
  return [span(" "), ...keys, span(`   otherwise ${OTHERWISE[otherwise]}`, "dim")];
}
