import type { ChangeState } from "../rollout/state.ts";
import { accountTargets } from "./accounting.ts";
import { byHandBlock } from "./by-hand-section.ts";
import { renderAnswers, renderChecks } from "./checks-section.ts";
import { quoteLine, shorten } from "./clean.ts";
import { renderTimes } from "./course-section.ts";
import { renderBackups } from "./evidence-section.ts";
import { fitParts, type Part } from "./fit.ts";
import { plain } from "./markdown.ts";
import { renderHeadline, rerunWords, titleWords } from "./outcome-words.ts";
import { renderOwed } from "./owed.ts";
import { listTasks } from "./owed-tasks.ts";
import { renderPeople } from "./people.ts";
import { outcomeOf } from "./phase.ts";
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

/** GitHub refuses bodies above 65,536 characters. */
const BODY_CHARS_MAX = 60_000;
const TITLE_POINTS_MAX = 200;
const LABEL = "change-deploy";

export type Issue = Readonly<{
  /** First line of the body; the issue of a change is the one whose body starts with it. */
  marker: string;
  title: string;
  body: string;
  labels: readonly string[];
  /** Who owes something, users and teams; who of them can be assigned is the issue store's business. */
  assignees: readonly string[];
}>;

/** The issue of a change, whole: writing it again replaces it. See `keepTicks` for its task list. */
export function renderIssue(state: ChangeState, timeline: Timeline, extras: ReportExtras): Issue {
  const { change } = state;
  const marker = issueMarker(change.environment, change.id);
  const accounting = accountTargets(state);
  const byHand = byHandBlock(state);
  const parts: (Part | null)[] = [
    marker,
    renderHeadline(state),
    change.summary === null ? null : plain(change.summary, 1_000),
    renderFacts(state, accounting),
    renderQuestion(state),
    renderTrigger(state),
    renderWarnings(state),
    renderAnswers(timeline),
    state.progress.refusal === null ? null : renderChecks(state, timeline),
    byHand.total === 0 ? null : byHand,
    renderOwed(state),
    renderPeople(change),
    renderBackups(state),
    batchesBlock(state, accounting, timeline),
    targetsBlock(state, accounting, timeline),
    renderTimes(state),
    renderBudgets(state),
    timelineBlock(timeline),
    renderPlaces(state, { ...extras, issueUrl: null }),
    rerunWords(state),
  ];
  const body = fitParts(
    parts.filter((part) => part !== null),
    BODY_CHARS_MAX,
    seeAllWords(extras),
  );
  return { marker, title: issueTitle(state), body, labels: labelsOf(state), assignees: assigneesOf(state) };
}

/** What people filter by: something was undone, somebody is asked, somebody has work to do. */
function labelsOf(state: ChangeState): string[] {
  const hasWork = listTasks(state).some(({ dueMs }) => dueMs === null);
  const isAsked = state.pause?.kind === "question" && outcomeOf(state) === null;
  return [
    LABEL,
    ...(state.rollback === null ? [] : ["rollback"]),
    ...(isAsked ? ["question"] : []),
    ...(hasWork || isAsked ? ["action-needed"] : []),
  ];
}

function assigneesOf(state: ChangeState): string[] {
  return [...new Set(listTasks(state).flatMap(({ owners }) => owners))];
}

/** Different changes have different markers, and no id can end the comment. */
export function issueMarker(environment: string, changeId: string): string {
  return `<!-- change-deploy: ${encodeName(environment)}/${encodeName(changeId)} -->`;
}

function issueTitle(state: ChangeState): string {
  const { environment, id, title } = state.change;
  const told = `[${quoteLine(environment, 40)}] ${quoteLine(id, 60)} ${titleWords(state)}: ${quoteLine(title, 120)}`;
  return shorten(told, TITLE_POINTS_MAX);
}

function encodeName(name: string): string {
  const whole = name.replace(/\p{Cs}/gu, "\ufffd");
  const points = [...whole].map((point) => (/[\w.-]/u.test(point) ? point : encodeURIComponent(point)));
  // Two hyphens in a row are not allowed in a comment.
  return points.join("").replace(/-(?=-)/gu, "%2D");
}
