import type { Explanation } from "../plan/explain/explain-change.ts";
import type { Batch, PhaseName } from "../plan/explain/phases.ts";
import type { Times } from "../plan/explain/times.ts";
import { listNames } from "./explanation-words.ts";
import { countOf, formatCount } from "./wording.ts";

/** One bar of the picture. The label is our own words, safe in every channel. */
export type ExplanationRow = Readonly<{ label: string; startMs: number; isAfterEnd: boolean }> & Times;

/** More batches than this are told as one row, except for the first ones and the last. */
const BATCHES_SHOWN_MAX = 12;

/** Of each batch. */
const TARGETS_SHOWN_MAX = 5;

const LABELS: Readonly<Record<PhaseName, string>> = {
  notice: "notice to people",
  preflight: "preflight checks",
  backup: "backups",
  prepare: "preparation",
  survey: "record versions",
  before: "steps before",
  batches: "batches",
  switch: "switch the traffic",
  watch: "watch the live group",
  after: "steps after",
  verify: "verification",
  resume: "give back",
  keep: "keep the old group",
};

const GROUP_LABELS: Readonly<Partial<Record<PhaseName, string>>> = {
  survey: "find the idle group",
  batches: "change the idle group",
};

/** The phases in order, the batches among them. */
export function listRows({ phases, batches, strategy }: Explanation): ExplanationRow[] {
  return phases.flatMap(({ name, startMs, expectedMs, worstMs }) => {
    if (name === "batches" && strategy !== "blue-green") return listBatchRows(batches);
    const label = (strategy === "blue-green" ? GROUP_LABELS[name] : undefined) ?? LABELS[name];
    return [{ label, startMs, expectedMs, worstMs, isAfterEnd: name === "keep" }];
  });
}

/** The batches that are shown one by one. */
export function shownBatches(batches: readonly Batch[]): readonly Batch[] {
  if (batches.length <= BATCHES_SHOWN_MAX) return batches;
  return [...batches.slice(0, BATCHES_SHOWN_MAX - 2), ...batches.slice(-1)];
}

/** Text for one plain line. */
export function describeBatch({ number, group, targets }: Batch): string {
  const members = `${countOf(targets.length, "target")}: ${listNames(targets, TARGETS_SHOWN_MAX)}`;
  return group === null
    ? `batch ${formatCount(number)}: ${members}`
    : `group ${group}, if it is idle: ${members}`;
}

function listBatchRows(batches: readonly Batch[]): ExplanationRow[] {
  const shown = shownBatches(batches);
  const rows = shown.map(({ number, targets, startMs, expectedMs, worstMs }) => {
    const label = `batch ${formatCount(number)} (${formatCount(targets.length)})`;
    return { label, startMs, expectedMs, worstMs, isAfterEnd: false };
  });
  const left = batches.slice(shown.length - 1, -1);
  const [first] = left;
  if (shown.length === batches.length || first === undefined) return rows;
  const between = {
    label: `${formatCount(left.length)} batches`,
    startMs: first.startMs,
    expectedMs: left.reduce((sum, batch) => sum + batch.expectedMs, 0),
    worstMs: left.reduce((sum, batch) => sum + batch.worstMs, 0),
    isAfterEnd: false,
  };
  return [...rows.slice(0, -1), between, ...rows.slice(-1)];
}
