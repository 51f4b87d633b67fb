import type { ChangeState } from "../rollout/state.ts";
import type { Accounting } from "./accounting.ts";
import { type BatchSummary, summariseBatches } from "./batches.ts";
import { compareBudgets } from "./budgets.ts";
import type { Block } from "./fit.ts";
import { cell, code, codeCell, fence, fenceExact, link, plain, tableHead, tableRow } from "./markdown.ts";
import { countWords } from "./outcome-words.ts";
import { outcomeOf, reasonOf } from "./phase.ts";
import { quoteWord } from "./shell-words.ts";
import { type Timeline, type TimelineLine, timelineEntries } from "./timeline.ts";
import { formatAt, formatCount, formatMs, formatValue } from "./wording.ts";

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
const MEASUREMENTS_SHOWN = 20;

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

/** null without a trigger. */
export function renderTrigger(state: ChangeState): string | null {
  const { trigger } = state;
  if (trigger === null) return null;
  const by = trigger.by === null ? "" : `, by ${plain(trigger.by)}`;
  const shown = trigger.measurements.slice(0, MEASUREMENTS_SHOWN);
  const left = trigger.measurements.length - shown.length;
  const rows = shown.map(({ target, check, verdict, value, detail }) =>
    tableRow([
      cell(target ?? "all"),
      cell(check),
      verdict,
      value === null ? "none" : formatValue(value),
      codeCell(detail),
    ]),
  );
  const table = [tableHead(["Target", "Check", "Verdict", ">Measured", "Detail"]), ...rows].join("\n");
  return [
    "## What triggered it",
    `Trigger ${code(trigger.trigger)} (${trigger.severity}${by}) at ${formatAt(Date.parse(trigger.at))}:`,
    fence(trigger.reason || "(no reason given)"),
    rows.length === 0 ? "It came with no measurements." : table,
    left > 0 ? `_${formatCount(left)} more measurements are in the journal._` : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
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
  return `## Times against budgets\n\n${[head, ...rows].join("\n")}\n\n${due}`;
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
