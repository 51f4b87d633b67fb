import { unreachable } from "../errors.ts";
import type { EventOf } from "../rollout/events.ts";
import { describeMeasurement } from "./describe-measurement.ts";
import { say, sayDigest, sayName } from "./event-words.ts";
import { countOf, formatAt, formatBytes, formatMs, formatValue, listNames } from "./wording.ts";

export type PhaseEvent = EventOf<
  | "approved"
  | "requirement-checked"
  | "window-awaited"
  | "gate-passed"
  | "check-asked"
  | "notice-given"
  | "baseline-recorded"
  | "backup-started"
  | "backup-made"
  | "backup-failed"
  | "backups-confirmed"
  | "active-observed"
  | "phase-reached"
  | "budget-passed"
  | "notify-failed"
>;

/** What happens around the batches. */
export function describePhaseEvent(event: PhaseEvent): string {
  switch (event.kind) {
    case "approved":
      return describeApproval(event);
    case "requirement-checked": {
      const met = event.met ? "met" : "not met";
      return `Requirement ${met}: success in ${sayName(event.environment)}: ${say(event.detail)}`;
    }
    case "window-awaited":
      return `The window is closed: waiting until ${formatAt(Date.parse(event.until))}`;
    case "gate-passed":
      return `Gate passed: ${say(event.detail)}`;
    case "check-asked":
      return describeCheckAsked(event);
    case "notice-given":
      return event.failed.length === 0
        ? "Notice given: people were told that it is about to start"
        : `Notice given, but not to ${listNames(event.failed)}`;
    case "baseline-recorded": {
      const value = event.value === null ? "nothing could be measured" : formatValue(event.value);
      return `Baseline of ${sayName(event.check)}: ${value}`;
    }
    case "active-observed":
      return event.group === null
        ? `Which group is live is not known: ${say(event.detail)}`
        : `The live group is ${sayName(event.group)}`;
    case "phase-reached":
      return REACHED[event.phase];
    case "budget-passed":
      return `Budget passed: ${describeBudget(event.budget)} takes longer than ${formatMs(event.budgetMs)}`;
    case "notify-failed":
      return `Notifying failed: ${say(event.detail)}`;
    default:
      return describeBackup(event);
  }
}

const REACHED = {
  prepare: "Prepared: everything is ready for the first batch",
  deploy: "Deployed: every batch has passed",
  verify: "Verified: every check of the verification passed",
} as const;

/** `rollback.decide` reads `rollback: decide`. */
export function describeBudget(name: string): string {
  return sayName(name.replace(".", ": "));
}

function describeApproval(event: EventOf<"approved">): string {
  const by = event.approvals.flatMap((approval) => approval.by);
  const whose = by.length === 0 ? "" : ` by ${listNames([...new Set(by)])}`;
  const word = event.proof === "github" ? "proven by GitHub" : "on somebody's word, not proven";
  const attested = event.attestations.map(({ name, by: who }) => `${sayName(name)} (${sayName(who)})`);
  const more = attested.length === 0 ? "" : `; attested: ${listNames(attested)}`;
  return `Approved${whose}, ${word}, digest ${sayDigest(event.digest)}${more}`;
}

const PHASES = { contact: "Contact", preflight: "Preflight check", verify: "Verification" } as const;

function describeCheckAsked(event: EventOf<"check-asked">): string {
  const where = event.targets === 0 ? "" : ` on ${countOf(event.targets, "target")}`;
  const told = `${PHASES[event.phase]} ${sayName(event.name)}${where}`;
  const bad = event.measurements.find(({ verdict }) => verdict !== "healthy") ?? event.measurements[0];
  if (!event.passed) return `${told} did not pass${bad === undefined ? "" : `: ${describeMeasurement(bad)}`}`;
  const values = event.measurements.flatMap(({ value }) => (value === null ? [] : [value]));
  return values.length === 1 ? `${told} passed, measured ${formatValue(values[0]!)}` : `${told} passed`;
}

function describeBackup(
  event: EventOf<"backup-started" | "backup-made" | "backup-failed" | "backups-confirmed">,
): string {
  switch (event.kind) {
    case "backup-started":
      return `Backup ${sayName(event.backup)} started`;
    case "backup-made": {
      const kept = event.kept ? "kept off this machine" : "on this machine only";
      const file = `${formatBytes(event.bytes)}, SHA-256 ${sayDigest(event.sha256)}`;
      return `Backup ${sayName(event.backup)} made and verified: ${file}, ${kept}`;
    }
    case "backup-failed":
      return `Backup ${sayName(event.backup)} failed: ${say(event.detail)}`;
    case "backups-confirmed":
      return event.ok
        ? "Backups confirmed once more: the files are what was verified"
        : `Backups are not what was verified: ${say(event.detail)}`;
    default:
      return unreachable(event);
  }
}
