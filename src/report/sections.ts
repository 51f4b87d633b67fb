import type { ChangeState } from "../rollout/state.ts";
import type { Accounting } from "./accounting.ts";
import { type BatchSummary, summariseBatches } from "./batches.ts";
import { compareBudgets } from "./budgets.ts";
import type { Block } from "./fit.ts";
import { groupsOf } from "./groups.ts";
import { cell, code, codeCell, fenceExact, link, plain, tableHead, tableRow } from "./markdown.ts";
import { countWords } from "./outcome-words.ts";
import { outcomeOf, reasonOf } from "./phase.ts";
import { quoteWord } from "./shell-words.ts";
import { type Timeline, type TimelineLine, timelineEntries } from "./timeline.ts";
import { formatAt, formatCount, formatMs } from "./wording.ts";

export type ReportExtras = Readonly<{
  journalRef: string | null;
  /** Where the journal is fetched from; null when it is in the repository at hand. */
  journalRemote: string | null;
  runUrl: string | null;
  issueUrl: string | null;
  reportPath: string | null;
}>;

/** More than fit into any report: what is beyond is counted, not rendered. */
export const ROWS_RENDERED_MAX = 1_500;

/** Blue-green: which group was live, and until when it stays as it was. null elsewhere. */
function groupFacts(state: ChangeState): [string, string][] {
  const groups = groupsOf(state);
  if (groups === null) return [];
  const { activeBefore, changed, keptUntilMs } = groups;
  const kept =
    keptUntilMs === null
      ? ""
      : `; ${cell(activeBefore ?? "")} stays as it was until ${formatAt(keptUntilMs)}`;
  const before = activeBefore === null ? "not known yet" : cell(activeBefore);
  const rows: [string, string][] = [["Live before", `${before}${kept}`]];
  if (changed !== null)
    rows.push(["Changed group", `${cell(changed)}, ${groups.switched ? "live now" : "not live"}`]);
  return rows;
}

export function renderFacts(state: ChangeState, accounting: Accounting): string {
  const { change } = state;
  const why = reasonOf(state);
  const over = outcomeOf(state) !== null;
  const by = state.holder === null ? "" : ` by ${cell(state.holder.actor)}`;
  const rows: [string, string][] = [
    ["Change", `${codeCell(change.id)} ${cell(change.title)}`],
    ["Environment", cell(change.environment)],
    ["Version", codeCell(change.version)],
    ["Targets", countWords(accounting.counts)],
    ...groupFacts(state),
    ["Kind", `${change.type}, ${change.risk} risk`],
    ["Attempt", `${state.attempt}${by}`],
    ["Started", state.attempt === 0 ? "not yet" : formatAt(state.startedMs)],
    [
      over ? "Ended" : "Last event",
      `${formatAt(state.lastMs)}, after ${formatMs(state.lastMs - state.startedMs)}`,
    ],
    ["Digest", codeCell(change.digest)],
  ];
  if (why !== null) rows.splice(0, 0, ["Reason", `${cell(why.reason, 400)} (${codeCell(why.reasonCode)})`]);
  if (change.ticket !== null) rows.push(["Ticket", link("ticket", change.ticket)]);
  return [tableHead(["", ""]), ...rows.map(tableRow)].join("\n");
}

/** null without a rollback. */
export function renderBudgets(state: ChangeState): string | null {
  const budgets = compareBudgets(state);
  if (budgets === null) return null;
  const rows = budgets.rows.map(({ phase, span, budgetMs, tookMs, verdict }) => {
    const took = tookMs === null ? "" : formatMs(tookMs);
    return tableRow([phase, span, formatMs(budgetMs), took, verdict === "over" ? "**over**" : verdict]);
  });
  const due = `The review of this rollback is due by ${formatAt(budgets.reviewDueMs)}.`;
  const head = tableHead(["Phase", "From, to", ">Budget", ">Took", "Verdict"]);
  return `## Times of the rollback\n\n${[head, ...rows].join("\n")}\n\n${due}`;
}

export function batchesBlock(state: ChangeState, accounting: Accounting, timeline: Timeline): Block {
  const batches = summariseBatches(state, accounting);
  const columns = [
    "Batch",
    "State",
    ">Targets",
    ">Updated",
    ">Rolled back",
    ">Failed",
    ">Unknown",
    ">Untouched",
    "Opened",
    ">Took",
  ];
  return {
    head: `## Batches\n\n${tableHead(columns)}`,
    rows: batches.slice(0, ROWS_RENDERED_MAX).map((batch) => batchRow(batch, timeline)),
    total: batches.length,
    noun: "batches",
    cut: "end",
  };
}

export function timelineBlock(timeline: Timeline): Block {
  const rows = [...timelineEntries(timeline)].map((entry) =>
    typeof entry === "number"
      ? `- _${formatCount(entry)} lines left out here; the journal has them._`
      : timelineRow(entry),
  );
  return { head: "## Timeline\n\nTimes are UTC.\n", rows, total: rows.length, noun: "lines", cut: "middle" };
}

export function renderPlaces(state: ChangeState, extras: ReportExtras): string {
  const where = state.holder?.where ?? null;
  const url = extras.runUrl ?? where;
  const lines = [
    url === null ? "" : `- ${link("The run", url)}`,
    extras.issueUrl === null ? "" : `- ${link("The issue", extras.issueUrl)}`,
    extras.reportPath === null ? "" : `- The report: ${code(extras.reportPath)}`,
    extras.journalRef === null ? "" : `- The journal, one commit per flush: ${code(extras.journalRef)}`,
  ];
  const list = lines.filter((line) => line !== "").join("\n");
  const command =
    extras.journalRef === null ? "" : fenceExact(journalCommand(extras.journalRef, extras), "sh");
  return ["## Where to look", list, command].filter((part) => part !== "").join("\n\n");
}

/** How to see what a report has no room for. */
export function seeAllWords(extras: ReportExtras): string {
  return extras.journalRef === null
    ? "The journal has all of it."
    : "The journal has all of it: see “Where to look”.";
}

function journalCommand(ref: string, extras: ReportExtras): string {
  if (extras.journalRemote === null) return `git log ${quoteWord(ref)}`;
  return `git fetch ${quoteWord(extras.journalRemote)} ${quoteWord(ref)}\ngit log FETCH_HEAD`;
}

function batchRow(batch: BatchSummary, timeline: Timeline): string {
  const { index, status, targets, counts } = batch;
  const times = timeline.batches.get(index);
  const took = times?.passedMs == null ? "" : formatMs(times.passedMs - times.openedMs);
  const opened = times === undefined ? "" : formatAt(times.openedMs);
  const numbers = [
    targets,
    counts.updated,
    counts["rolled-back"],
    counts.failed,
    counts.unknown,
    counts.untouched,
  ];
  return tableRow([index + 1, status.replace("-", " "), ...numbers.map(formatCount), opened, took]);
}

const LEVEL_SIGNS = { critical: "🔴 ", warning: "🟠 ", success: "🟢 ", info: "", detail: "" } as const;

function timelineRow(line: TimelineLine): string {
  return `- ${formatAt(Date.parse(line.at)).slice(0, -4)} ${LEVEL_SIGNS[line.level]}${plain(line.text, 400)}`;
}
