import type { Explanation } from "../plan/explain/explain-change.ts";
import { describeBatch, shownBatches } from "./explanation-rows.ts";
import { listWindowSentences } from "./explanation-window.ts";
import { describeStep, describeTrigger, listNames } from "./explanation-words.ts";
import { countOf, formatCount, formatMs } from "./wording.ts";

/** Sentences of plain text under a heading of ours; outside text in them is neutralised. */
export type ExplanationSection = Readonly<{ title: string; sentences: readonly string[] }>;

/** A plan may list thousands of anything; nobody reads on. */
const LISTED_MAX = 20;

type Approval = Explanation["approvals"][number];

const UNANSWERED = { rollback: "rolls back", continue: "goes on", hold: "stays as it is" } as const;

/** All that a picture does not show. */
export function listSections(explanation: Explanation): ExplanationSection[] {
  const isBlueGreen = explanation.strategy === "blue-green";
  return [
    { title: isBlueGreen ? "Groups" : "Batches", sentences: listBatches(explanation) },
    { title: "Time", sentences: listTimes(explanation) },
    { title: `Window (${explanation.timezone})`, sentences: listWindowSentences(explanation) },
    { title: "Before it may start", sentences: listConditions(explanation) },
    { title: "What stops it", sentences: listTriggers(explanation) },
    { title: "The way back", sentences: listWayBack(explanation) },
  ];
}

function listBatches({ batches }: Explanation): string[] {
  const shown = shownBatches(batches);
  const left = batches.length - shown.length;
  const lines = shown.map(describeBatch);
  return left === 0
    ? lines
    : [...lines.slice(0, -1), `${countOf(left, "batch")} in between`, ...lines.slice(-1)];
}

function listTimes({ expectedMs, worstCaseMs, rollback, budgets, keepMs, onWarning }: Explanation): string[] {
  const over = budgets.filter(({ budgetMs, worstMs }) => worstMs > budgetMs);
  return [
    `Expected: ${formatMs(expectedMs)}, if every command takes a tenth of its timeout.`,
    `Worst case: ${formatMs(worstCaseMs)}, of which a full rollback takes ${formatMs(rollback.worstMs)}.`,
    ...over.map(({ name, budgetMs, worstMs }) => {
      return `The worst case of ${name}, ${formatMs(worstMs)}, is over its budget of ${formatMs(budgetMs)}.`;
    }),
    ...(onWarning === null
      ? []
      : [`Neither counts the time in which a warning holds it: ${formatMs(onWarning.askMs)} each at most.`]),
    ...(keepMs === null
      ? []
      : [`After the end the old group stays as it was for ${formatMs(keepMs)}, ready to switch back to.`]),
  ];
}

function listConditions({ approvals, attestations, requires }: Explanation): string[] {
  const lines = [
    ...approvals.map(describeApproval),
    ...attestations.map(({ name, role, who }) => {
      const people = who.length === 0 ? "" : ` (${listNames(who)})`;
      return `Confirmation by ${role}${people}: ${listNames([name])}.`;
    }),
    ...requires.map(({ environment, withinMs }) => {
      return `Success of this version in ${listNames([environment])} within the last ${formatMs(withinMs)}.`;
    }),
  ];
  return lines.length === 0 ? ["Nobody has to approve it."] : bound(lines);
}

function describeApproval({ kind, environment, count, from, not }: Approval): string {
  const isPullRequest = kind === "pull-request";
  const where = isPullRequest
    ? "of the pull request"
    : `in the environment ${listNames([environment ?? ""])}`;
  const anyone = `anyone whom the ${isPullRequest ? "repository" : "environment"} accepts`;
  const who = from === null ? anyone : listNames(from);
  const except = not.length === 0 ? "" : `, except ${listNames(not)}`;
  return `${countOf(count, "approval")} ${where}, from ${who}${except}.`;
}

function listTriggers({ phases, triggers, onWarning, maxFailures, strategy }: Explanation): string[] {
  const failures =
    maxFailures === 0 ? "A failed target" : `More than ${countOf(maxFailures, "failed target")}`;
  const unit = `${strategy === "blue-green" ? "a group" : "a batch"} that is not healthy in time`;
  const verified = phases.some(({ name }) => name === "verify");
  return [
    verified
      ? `${failures}, ${unit}, or a failed verification rolls it back.`
      : `${failures}, or ${unit}, rolls it back.`,
    ...bound(triggers.map((trigger) => `${describeTrigger(trigger)}.`)),
    ...(onWarning === null
      ? []
      : [`Without an answer within ${formatMs(onWarning.askMs)} it ${UNANSWERED[onWarning.otherwise]}.`]),
  ];
}

function listWayBack({ rollback, rollbackOrder, irreversible, triggers }: Explanation): string[] {
  const steps = [...rollbackOrder.map(describeStep), ...listRestores(triggers)].map(
    (text, index) => `${formatCount(index + 1)}. ${text}`,
  );
  const times = `${formatMs(rollback.expectedMs)}, at most ${formatMs(rollback.worstMs)}`;
  const undone =
    steps.length === 0
      ? ["There is nothing to undo."]
      : [`It takes ${times}, and undoes in this order, newest target first:`, ...bound(steps)];
  const names = irreversible.map(({ name }) => name);
  return [
    ...undone,
    names.length === 0
      ? "Nothing is irreversible."
      : `There is no way back any more once this has run: ${listNames(names, LISTED_MAX)}.`,
  ];
}

/** Each backup once, with the triggers whose rollback puts it back after the undos. */
function listRestores(triggers: Explanation["triggers"]): string[] {
  const causes = new Map<string, string[]>();
  for (const { name, restore } of triggers) {
    for (const backup of new Set(restore)) causes.set(backup, [...(causes.get(backup) ?? []), name]);
  }
  return [...causes].map(([backup, names]) => {
    const cause = names.length === 1 ? "when trigger" : "when one of the triggers";
    return `Restore of ${listNames([backup])}, ${cause} ${listNames(names)} fired`;
  });
}

function bound(lines: readonly string[]): string[] {
  if (lines.length <= LISTED_MAX) return [...lines];
  return [...lines.slice(0, LISTED_MAX), `and ${formatCount(lines.length - LISTED_MAX)} more`];
}
