import { Temporal } from "temporal-polyfill";
import type { Approval, Explanation } from "../plan/explain/explain-change.ts";
import type { Batch, PhaseName } from "../plan/explain/phases.ts";
import type { Times } from "../plan/explain/times.ts";
import { quoteLine } from "./clean.ts";
import { countOf, formatCount, formatMs, listNames } from "./wording.ts";

/** One bar of the picture. The label is our own words, safe in every channel. */
export type ExplanationRow = Readonly<{ label: string; startMs: number }> & Times;

/** More batches than this are told as one row, except for the first ones and the last. */
const BATCHES_SHOWN_MAX = 12;

const LABELS: Readonly<Record<PhaseName, string>> = {
  notice: "notice to people",
  preflight: "preflight checks",
  backup: "backups",
  prepare: "preparation",
  survey: "record versions",
  before: "steps before",
  batches: "batches",
  after: "steps after",
  verify: "verification",
  resume: "give back",
};

/** The phases in order, the batches among them. */
export function listRows(explanation: Explanation): ExplanationRow[] {
  return explanation.phases.flatMap((phase) => {
    if (phase.name === "batches") return listBatchRows(explanation.batches);
    const { startMs, expectedMs, worstMs } = phase;
    return [{ label: LABELS[phase.name], startMs, expectedMs, worstMs }];
  });
}

/** The batches that are shown one by one. */
export function shownBatches(batches: readonly Batch[]): readonly Batch[] {
  if (batches.length <= BATCHES_SHOWN_MAX) return batches;
  return [...batches.slice(0, BATCHES_SHOWN_MAX - 2), ...batches.slice(-1)];
}

export function describeBatch({ number, targets }: Batch): string {
  return `batch ${formatCount(number)}: ${countOf(targets.length, "target")}: ${listNames(targets)}`;
}

/** The rest of the explanation in sentences of plain text; outside text in them is neutralised. */
export function listSentences(explanation: Explanation): string[] {
  const { expectedMs, worstCaseMs, rollback, budgets, approvals, restores } = explanation;
  const over = budgets.filter(({ budgetMs, worstMs }) => worstMs > budgetMs);
  return [
    `Expected: ${formatMs(expectedMs)}, if every command takes a tenth of its timeout.`,
    `Worst case: ${formatMs(worstCaseMs)}, of which a full rollback takes ${formatMs(rollback.worstMs)}.`,
    ...describeWindow(explanation),
    ...over.map(({ name, budgetMs, worstMs }) => {
      return `The worst case of ${name}, ${formatMs(worstMs)}, is over its budget of ${formatMs(budgetMs)}.`;
    }),
    ...(approvals.length === 0 ? ["Nobody has to approve it."] : approvals.map(describeApproval)),
    describeSteps("Irreversible", explanation.irreversible, "nothing"),
    describeSteps("A full rollback undoes, in this order", explanation.rollbackOrder, "nothing"),
    ...(restores.length === 0 ? [] : [`Some triggers restore: ${listNames(restores)}.`]),
  ];
}

function listBatchRows(batches: readonly Batch[]): ExplanationRow[] {
  const shown = shownBatches(batches);
  const rows = shown.map(({ number, targets, startMs, expectedMs, worstMs }) => {
    const label = `batch ${formatCount(number)} (${formatCount(targets.length)})`;
    return { label, startMs, expectedMs, worstMs };
  });
  const left = batches.slice(shown.length - 1, -1);
  const [first] = left;
  if (shown.length === batches.length || first === undefined) return rows;
  const between = {
    label: `${formatCount(left.length)} batches`,
    startMs: first.startMs,
    expectedMs: left.reduce((sum, batch) => sum + batch.expectedMs, 0),
    worstMs: left.reduce((sum, batch) => sum + batch.worstMs, 0),
  };
  return [...rows.slice(0, -1), between, ...rows.slice(-1)];
}

function describeWindow({ window, latestStart, pointOfNoReturn }: Explanation): string[] {
  if (window === null) return ["No window opens within a year."];
  const { timezone, opens, closes, fits } = window;
  const show = (iso: string) => formatLocal(iso, timezone);
  if (closes === null) return [`It may start from ${show(opens)} on, and nothing closes the window.`];
  const told = `The window is open from ${show(opens)} to ${show(closes)}.`;
  if (!fits) return [told, "The worst case does not fit into any window within a year."];
  return [
    told,
    ...(latestStart === null ? [] : [`The latest start is ${show(latestStart)}.`]),
    ...(pointOfNoReturn === null ? [] : [`The point of no return is ${show(pointOfNoReturn)}.`]),
  ];
}

function describeApproval({ kind, environment, count, from, not }: Approval): string {
  const where = kind === "environment" ? `environment ${quoteLine(environment ?? "")}` : "pull request";
  const who = from === null ? "anyone it accepts" : listNames(from);
  const except = not.length === 0 ? "" : `, except ${listNames(not)}`;
  return `Approval: ${formatCount(count)} by the ${where}, from ${who}${except}.`;
}

function describeSteps(what: string, steps: Explanation["irreversible"], none: string): string {
  const names = steps.map(({ scope, name }) => `${name} (${scope})`);
  return `${what}: ${names.length === 0 ? none : listNames(names, 20)}.`;
}

function formatLocal(iso: string, timezone: string): string {
  const moment = Temporal.Instant.from(iso).toZonedDateTimeISO(timezone).toPlainDateTime();
  return `${moment.toString({ smallestUnit: "minute" }).replace("T", " ")} ${timezone}`;
}
