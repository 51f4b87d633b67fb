import type { Role } from "../plan/change.ts";
import type { EventOf } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { describeTrigger, findCheck, findTrigger, formatMeasured, limitOf } from "./conditions.ts";
import { cell, code, codeCell, fence, plain, tableHead, tableRow } from "./markdown.ts";
import { mentionAll, peopleOf } from "./people.ts";
import { formatAt, formatCount } from "./wording.ts";

const MEASUREMENTS_SHOWN = 20;
const WARNINGS_SHOWN = 20;

type Fired = EventOf<"trigger-fired">;

/** null without a critical trigger. */
export function renderTrigger(state: ChangeState): string | null {
  if (state.trigger === null) return null;
  const responses = state.responses.length === 0 ? "" : renderResponses(state);
  return join(["## What triggered it", renderFired(state, state.trigger), responses]);
}

/** Warnings ask; of those before the newest one line each is enough. null without one. */
export function renderWarnings(state: ChangeState): string | null {
  const { warnings } = state;
  const newest = warnings.at(-1);
  if (newest === undefined) return null;
  const earlier = warnings
    .slice(0, -1)
    .slice(-WARNINGS_SHOWN)
    .map(({ trigger, reason, at }) => `- ${formatAt(Date.parse(at))}: ${code(trigger)}: ${plain(reason)}`);
  const left = warnings.length - 1 - earlier.length;
  return join([
    "## Warnings",
    renderFired(state, newest),
    earlier.length === 0 ? "" : `Before that:\n\n${earlier.join("\n")}`,
    left > 0 ? `_${formatCount(left)} more are in the journal._` : "",
  ]);
}

function renderFired(state: ChangeState, event: Fired): string {
  const { trigger, severity, by, at, reason, measurements } = event;
  const whose = by === null ? "" : `, by ${plain(by)}`;
  const condition = describeTrigger(state.change, trigger);
  return join([
    `Trigger ${code(trigger)} (${severity}${whose}) at ${formatAt(Date.parse(at))}:`,
    fence(reason || "(no reason given)"),
    condition === null ? "" : `It stands for: ${plain(condition, 400)}.`,
    renderTold(state, trigger),
    renderMeasurements(state, trigger, measurements),
  ]);
}

/** Whom the plan wants to be told of this trigger: they are called here. */
function renderTold(state: ChangeState, name: string): string {
  const roles: readonly Role[] = findTrigger(state.change, name)?.tell ?? [];
  const people = mentionAll(peopleOf(state.change, roles));
  return people === "" ? "" : `For ${roles.join(" and ")}: ${people}.`;
}

function renderMeasurements(state: ChangeState, trigger: string, all: Fired["measurements"]): string {
  if (all.length === 0) return "It came with no measurements.";
  const rows = all.slice(0, MEASUREMENTS_SHOWN).map((measurement) => {
    const { target, check, verdict, value, detail } = measurement;
    const measured = value === null ? "none" : formatMeasured(findCheck(state.change, check), value);
    const limit = cell(limitOf(state, trigger, measurement));
    return tableRow([
      cell(target ?? "all"),
      cell(check),
      verdict,
      measured,
      limit,
      detail === "" ? "" : codeCell(detail),
    ]);
  });
  const left = all.length - rows.length;
  const more = left > 0 ? `\n\n_${formatCount(left)} more measurements are in the journal._` : "";
  const columns = ["Target", "Check", "Verdict", ">Measured", "Limit", "Detail"];
  return `${[tableHead(columns), ...rows].join("\n")}${more}`;
}

/** What was run at once, before anything was undone. */
function renderResponses({ responses, once, rollback }: ChangeState): string {
  const given = rollback?.failed.get("respond");
  const rows = responses.slice(0, MEASUREMENTS_SHOWN).map(({ name }, index) => {
    const isDone = index < once.respond.done;
    return `- ${plain(name, 80)}: ${isDone ? "done" : "not done"}`;
  });
  const failed = given === undefined ? [] : [`- **Given up**: ${plain(given, 400)}`];
  return `Responses, run at once:\n\n${[...(given === undefined ? rows : []), ...failed].join("\n")}`;
}

function join(parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}
