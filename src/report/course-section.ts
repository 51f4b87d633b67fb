import type { ChangeState } from "../rollout/state.ts";
import { type Bar, renderGantt } from "./gantt.ts";
import { tableHead, tableRow } from "./markdown.ts";
import type { StageSpan } from "./stage-spans.ts";
import { compareStageBudgets, labelOf, listStages } from "./stages-told.ts";
import type { Timeline } from "./timeline.ts";
import { formatAt, formatMs } from "./wording.ts";

/** More bars than this make no picture; the tables have them all. */
const BATCH_BARS_MAX = 40;
const STAGE_BARS_MAX = 40;

/** The phases with the times that they took, as a picture and as tables. null before it started. */
export function renderCourse(state: ChangeState, timeline: Timeline): string | null {
  if (state.attempt === 0) return null;
  return ["## Phases", renderPicture(state, timeline), stagesTable(state), renderStageBudgets(state)]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** For the issue: the same without the picture. null before it started. */
export function renderTimes(state: ChangeState): string | null {
  if (state.attempt === 0) return null;
  const budgets = renderStageBudgets(state);
  return ["## Phases", stagesTable(state), budgets].filter((part) => part !== "").join("\n\n");
}

function stagesTable(state: ChangeState): string {
  const rows = listStages(state).map(({ label, status, tookMs }) =>
    tableRow([label, status, status === "waiting" ? "" : formatMs(tookMs)]),
  );
  return [tableHead(["Phase", "State", ">Took"]), ...rows].join("\n");
}

/** Empty where the plan sets no budgets. */
export function renderStageBudgets(state: ChangeState): string {
  const rows = compareStageBudgets(state).map(({ budget, budgetMs, tookMs, verdict }) => {
    const took = verdict === "not reached" ? "" : formatMs(tookMs);
    return tableRow([budget, formatMs(budgetMs), took, verdict === "over" ? "**over**" : verdict]);
  });
  if (rows.length === 0) return "";
  return [tableHead(["Budget", ">At most", ">Took", "Verdict"]), ...rows].join("\n");
}

function renderPicture(state: ChangeState, timeline: Timeline): string {
  const { startedMs, lastMs } = state;
  const since = (ms: number) => Math.max(0, ms - startedMs);
  const stages = timeline.stages
    .filter(({ fromMs, toMs }) => toMs > fromMs)
    .slice(-STAGE_BARS_MAX)
    .map((span) => stageBar(span, since));
  const shown = [...timeline.batches].slice(0, BATCH_BARS_MAX);
  const batches = shown.map(([index, { openedMs, passedMs }]): Bar => {
    const endMs = passedMs ?? state.trigger?.at ?? lastMs;
    const end = typeof endMs === "string" ? Date.parse(endMs) : endMs;
    const lastsMs = Math.max(0, end - openedMs);
    const label = `Batch ${index + 1}`;
    return { label, startMs: since(openedMs), lastsMs, isCritical: passedMs === null };
  });
  if (stages.length === 0) return "";
  const groups = [
    { name: "Phases", bars: stages },
    ...(batches.length === 0 ? [] : [{ name: "Batches", bars: batches }]),
  ];
  const title = "Course, in hours and minutes from the start";
  const began = `Started at ${formatAt(startedMs)}.`;
  return `${began}\n\n${renderGantt({ title, totalMs: since(lastMs), groups })}`;
}

function stageBar({ stage, fromMs, toMs }: StageSpan, since: (ms: number) => number): Bar {
  const isCritical = stage === "rollback";
  return { label: labelOf(stage), startMs: since(fromMs), lastsMs: toMs - fromMs, isCritical };
}
