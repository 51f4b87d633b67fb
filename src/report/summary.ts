import type { Check, Step } from "../plan/change.ts";
import type { ChangeState } from "../rollout/state.ts";
import { accountTargets } from "./accounting.ts";
import { byHandBlock } from "./by-hand-section.ts";
import { fitParts, type Part } from "./fit.ts";
import { cell, code, codeCell, plain, tableHead, tableRow } from "./markdown.ts";
import { renderHeadline, rerunWords } from "./outcome-words.ts";
import { renderOwed } from "./owed.ts";
import {
  batchesBlock,
  type ReportExtras,
  renderBudgets,
  renderFacts,
  renderPlaces,
  renderTrigger,
  seeAllWords,
  timelineBlock,
} from "./sections.ts";
import { targetsBlock } from "./target-table.ts";
import type { Timeline } from "./timeline.ts";
import { countOf, formatCount, formatMs, formatValue } from "./wording.ts";

/** A summary may take 1 MiB per step, in bytes; a character here is three of them at most. */
const SUMMARY_CHARS_MAX = 60_000;
const SAMPLES_SHOWN = 50;
const SIZES_SHOWN = 12;

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
    renderTrigger(state),
    byHand.total === 0 ? null : byHand,
    renderOwed(state),
    renderBudgets(state),
    renderPlan(state),
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

function renderPlan(state: ChangeState): string {
  const { apply, health } = state.change;
  const steps = (["before", "each", "after"] as const).flatMap((scope) =>
    apply[scope].slice(0, SAMPLES_SHOWN).map((step) => stepRow(scope, step)),
  );
  const table = [tableHead(["When", "Step", "Where", "Way back"]), ...steps].join("\n");
  const checks = health.checks.slice(0, SAMPLES_SHOWN).map((check) => `- ${describeCheck(check)}`);
  const gate = `${health.pass} in a row every ${formatMs(health.everyMs)}, stable for ${formatMs(health.stableMs)}, within ${formatMs(health.deadlineMs)}`;
  const told =
    checks.length === 0
      ? "No health checks: a target counts as healthy when its steps are done."
      : `Health: ${gate}.`;
  return ["## Plan", `${describeRollout(state)}`, table, told, checks.join("\n")]
    .filter((part) => part !== "")
    .join("\n\n");
}

function describeRollout(state: ChangeState): string {
  const { rollout, targets } = state.change;
  const sizes = rollout.batches.slice(0, SIZES_SHOWN).map((batch) => formatCount(batch.length));
  const more = rollout.batches.length > SIZES_SHOWN ? ", …" : "";
  const limits = `at most ${formatCount(rollout.maxUnavailable)} out of service at once, ${countOf(rollout.maxFailures, "failure")} allowed, ${formatCount(rollout.parallel)} side by side, ${formatMs(rollout.bakeMs)} of bake time`;
  return `${rollout.strategy}: ${countOf(targets.length, "target")} in ${countOf(rollout.batches.length, "batch")} of ${sizes.join(", ")}${more}; ${limits}.`;
}

function stepRow(scope: string, step: Step): string {
  const where = step.on === "runner" ? "runner" : "target";
  const wayBack = step.irreversible ? "**irreversible**" : step.undo === null ? "changes nothing" : "undo";
  return tableRow([scope === "each" ? "each target" : `once, ${scope}`, cell(step.name), where, wayBack]);
}

function describeCheck(check: Check): string {
  const limits = [
    check.below === null ? "" : `below ${formatValue(check.below)}`,
    check.above === null ? "" : `above ${formatValue(check.above)}`,
  ];
  return [`${code(check.name)}: ${describeProbe(check)}`, ...limits].filter((part) => part !== "").join(", ");
}

function describeProbe({ probe }: Check): string {
  switch (probe.kind) {
    case "http":
      return `http ${code(probe.url)} answers ${probe.status}`;
    case "tcp":
      return `tcp ${code(`${probe.host}:${probe.port}`)} accepts`;
    case "run":
      return `command ${code(probe.command, 100)} succeeds`;
    case "prometheus":
      return `query ${code(probe.query, 100)} at ${code(probe.server)}`;
  }
}

/** The samples that were not healthy when they were last looked at. */
function renderHealth(state: ChangeState): string | null {
  if (state.change.health.checks.length === 0) return null;
  const rows: string[] = [];
  let sick = 0;
  for (const [name, { measurements }] of state.targets) {
    for (const { verdict, check, value, detail } of measurements) {
      if (verdict === "healthy") continue;
      sick++;
      const measured = value === null ? "none" : formatValue(value);
      if (rows.length < SAMPLES_SHOWN)
        rows.push(tableRow([cell(name), cell(check), verdict, measured, codeCell(detail)]));
    }
  }
  if (sick === 0) return "## Health\n\nNo check was failing when it was last looked at.";
  const more = sick > rows.length ? `\n\n_${formatCount(sick - rows.length)} more are in the journal._` : "";
  return `## Health\n\n${[tableHead(["Target", "Check", "Verdict", ">Measured", "Detail"]), ...rows].join("\n")}${more}`;
}
