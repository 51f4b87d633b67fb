import { unreachable } from "../errors.ts";
import type { Check, Step } from "../plan/change.ts";
import type { ChangeState } from "../rollout/state.ts";
import { stepsOf } from "../rollout/steps-of.ts";
import { describeTrigger, healthyLimit } from "./conditions.ts";
import { cell, code, tableHead, tableRow } from "./markdown.ts";
import { countOf, formatCount, formatMs } from "./wording.ts";

const SAMPLES_SHOWN = 50;
const SIZES_SHOWN = 12;
const LISTS = ["prepare", "before", "each", "switch", "after"] as const;

export function renderPlan(state: ChangeState): string {
  const { health } = state.change;
  const steps = LISTS.flatMap((scope) =>
    stepsOf(state, scope)
      .slice(0, SAMPLES_SHOWN)
      .map((step) => stepRow(scope, step)),
  );
  const table = [tableHead(["When", "Step", "Where", "Way back"]), ...steps].join("\n");
  const all = [...health.checks, ...health.service];
  const checks = all
    .slice(0, SAMPLES_SHOWN)
    .map(
      (check, index) => `- ${describeCheck(check)}${index < health.checks.length ? "" : " (of the service)"}`,
    );
  const gate = `${health.pass} in a row every ${formatMs(health.everyMs)}, stable for ${formatMs(health.stableMs)}, within ${formatMs(health.deadlineMs)}`;
  const told =
    checks.length === 0
      ? "No health checks: a target counts as healthy when its steps are done."
      : `Health: ${gate}.`;
  const triggers = renderTriggers(state);
  return ["## Plan", `${describeRollout(state)}`, table, told, checks.join("\n"), triggers]
    .filter((part) => part !== "")
    .join("\n\n");
}

function describeRollout(state: ChangeState): string {
  const { rollout, targets } = state.change;
  const { batches } = state;
  const sizes = batches.slice(0, SIZES_SHOWN).map((batch) => formatCount(batch.length));
  const more = batches.length > SIZES_SHOWN ? ", …" : "";
  const limits = `at most ${formatCount(rollout.maxUnavailable)} out of service at once, ${countOf(rollout.maxFailures, "failure")} allowed, ${formatCount(rollout.parallel)} side by side, ${formatMs(rollout.bakeMs)} of bake time`;
  return `${rollout.strategy}: ${countOf(targets.length, "target")} in ${countOf(batches.length, "batch")} of ${sizes.join(", ")}${more}; ${limits}.`;
}

const WHEN: Readonly<Record<(typeof LISTS)[number], string>> = {
  prepare: "preparation",
  before: "once, before",
  each: "each target",
  switch: "once, switch",
  after: "once, after",
};

/** Of the preparation the way back is given at the end, whatever comes. */
function stepRow(scope: (typeof LISTS)[number], step: Step): string {
  const where = step.on === "runner" ? "runner" : "target";
  const undo = scope === "prepare" ? "finally" : "undo";
  const wayBack = step.irreversible ? "**irreversible**" : step.undo === null ? "changes nothing" : undo;
  return tableRow([WHEN[scope], cell(step.name), where, wayBack]);
}

function renderTriggers({ change }: ChangeState): string {
  if (change.triggers.length === 0) return "";
  const rows = change.triggers.slice(0, SAMPLES_SHOWN).map(({ name, severity, restore, respond, tell }) => {
    const then = [
      severity === "critical" ? "rolls back" : "asks a person",
      restore.length === 0 ? "" : `restores ${restore.join(", ")}`,
      respond.length === 0 ? "" : `runs ${respond.map((step) => step.name).join(", ")}`,
      tell.length === 0 ? "" : `tells ${tell.join(", ")}`,
    ];
    const told = then.filter((part) => part !== "").join(", ");
    return tableRow([cell(name), cell(describeTrigger(change, name) ?? "", 300), cell(told, 300)]);
  });
  return [tableHead(["Trigger", "When", "What follows"]), ...rows].join("\n");
}

function describeCheck(check: Check): string {
  const limit = healthyLimit(check);
  return [`${code(check.name)}: ${describeProbe(check)}`, limit].filter((part) => part !== "").join(", ");
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
      return `query ${code(probe.query, 200)}`;
    default:
      return unreachable(probe);
  }
}
