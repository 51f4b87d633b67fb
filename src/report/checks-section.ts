import type { EventOf } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { findCheck, formatMeasured, healthyLimit } from "./conditions.ts";
import { describeEvent } from "./describe-event.ts";
import { cell, codeCell, plain, tableHead, tableRow } from "./markdown.ts";
import type { Timeline } from "./timeline.ts";
import { formatAt, formatCount } from "./wording.ts";

const CHECKS_SHOWN = 100;

/** What was asked before the start and after the batches, with what came of it. null where nothing was. */
export function renderChecks(state: ChangeState, timeline: Timeline): string | null {
  const asked = [...timeline.checks.values()];
  if (asked.length === 0) return null;
  const rows = asked.slice(0, CHECKS_SHOWN).map((event) => checkRow(state, event));
  const left = asked.length - rows.length;
  const more = left > 0 ? `\n\n_${formatCount(left)} more are in the journal._` : "";
  const columns = ["Phase", "Check", "Verdict", ">Measured", "Limit", "Detail"];
  return `## Checks\n\n${[tableHead(columns), ...rows].join("\n")}${more}`;
}

function checkRow(state: ChangeState, event: EventOf<"check-asked">): string {
  const { phase, name, passed, targets, measurements } = event;
  const worst = measurements.find(({ verdict }) => verdict !== "healthy") ?? measurements[0];
  const check = findCheck(state.change, name);
  const value = worst?.value ?? null;
  return tableRow([
    phase,
    targets > 1 ? `${cell(name)} on ${formatCount(targets)} targets` : cell(name),
    passed ? "passed" : "**not passed**",
    value === null ? "" : formatMeasured(check, value),
    check === null ? "" : cell(healthyLimit(check)),
    worst === undefined || worst.detail === "" ? "" : codeCell(worst.detail),
  ]);
}

/** What people have said, or failed to say. null where nobody was asked or said anything. */
export function renderAnswers({ answers }: Timeline): string | null {
  if (answers.length === 0) return null;
  const lines = answers.map(
    (event) => `- ${formatAt(Date.parse(event.at))}: ${plain(describeEvent(event), 300)}`,
  );
  return `## Answers\n\n${lines.join("\n")}`;
}
