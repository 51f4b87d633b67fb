import type { ChangeState } from "../rollout/state.ts";
import { accountTargets } from "./accounting.ts";
import { byHandBlock } from "./by-hand-section.ts";
import { renderAnswers, renderChecks } from "./checks-section.ts";
import { renderCourse } from "./course-section.ts";
import { renderApproval, renderBackups } from "./evidence-section.ts";
import { fitParts, type Part } from "./fit.ts";
import { renderHealth } from "./health-section.ts";
import { plain } from "./markdown.ts";
import { renderHeadline, rerunWords } from "./outcome-words.ts";
import { renderOwed } from "./owed.ts";
import { renderPlan } from "./plan-section.ts";
import { renderQuestion } from "./question-section.ts";
import {
  batchesBlock,
  type ReportExtras,
  renderBudgets,
  renderFacts,
  renderPlaces,
  seeAllWords,
  timelineBlock,
} from "./sections.ts";
import { targetsBlock } from "./target-table.ts";
import type { Timeline } from "./timeline.ts";
import { renderTrigger, renderWarnings } from "./trigger-section.ts";

/** A summary may take 1 MiB per step, in bytes; a character here is three of them at most. */
const SUMMARY_CHARS_MAX = 60_000;

/** The job summary, for every outcome and while it still runs; below 200 kB in UTF-8. */
export function renderSummary(state: ChangeState, timeline: Timeline, extras: ReportExtras): string {
  const { change } = state;
  const accounting = accountTargets(state);
  const byHand = byHandBlock(state);
  const rerun = rerunWords(state);
  const parts: (Part | null)[] = [
    `# ${plain(change.title)}`,
    renderHeadline(state),
    renderFacts(state, accounting),
    rerun === null ? null : `**What a re-run will do.** ${rerun}`,
    renderQuestion(state),
    renderTrigger(state),
    renderWarnings(state),
    renderAnswers(timeline),
    byHand.total === 0 ? null : byHand,
    renderOwed(state),
    renderCourse(state, timeline),
    renderBudgets(state),
    renderApproval(state),
    renderPlan(state),
    renderChecks(state, timeline),
    renderBackups(state),
    batchesBlock(state, accounting, timeline),
    renderHealth(state),
    targetsBlock(state, accounting, timeline),
    timelineBlock(timeline),
    renderPlaces(state, extras),
  ];
  return `${fitParts(
    parts.filter((part) => part !== null),
    SUMMARY_CHARS_MAX,
    seeAllWords(extras),
  )}\n`;
}
