import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeEvent } from "../rollout/events.ts";

/** `detail` is what only a full log shows; the others are the four levels of messages to people. */
export type EventLevel = "critical" | "warning" | "info" | "success" | "detail";

/** Critical and warning as the triggers mean them; info: a step of note is done; success: a phase is done. */
export function eventLevel(event: ChangeEvent): EventLevel {
  switch (event.kind) {
    case "step-finished":
      return event.scope === "each" ? "detail" : "info";
    case "version-verified":
      return event.ok ? "detail" : "warning";
    case "health-changed":
    case "service-changed":
      return event.verdict === "healthy" ? "detail" : "warning";
    case "resumed":
      return infoIf(event.writeAhead === "found");
    case "check-asked":
      return infoIf(event.passed);
    case "requirement-checked":
      return infoIf(event.met);
    case "notice-given":
      return infoIf(event.failed.length === 0);
    case "backups-confirmed":
      return event.ok ? "info" : "critical";
    case "active-observed":
      return infoIf(event.group !== null);
    case "approved":
      return infoIf(event.proof === "github");
    case "trigger-fired":
      return event.severity;
    case "finished":
      return outcomeLevel(event.outcome);
    default:
      return ALWAYS[event.kind];
  }
}

type Deciding =
  | "step-finished"
  | "version-verified"
  | "health-changed"
  | "service-changed"
  | "resumed"
  | "check-asked"
  | "requirement-checked"
  | "notice-given"
  | "backups-confirmed"
  | "active-observed"
  | "approved"
  | "trigger-fired"
  | "finished";

const ALWAYS: Readonly<Record<Exclude<ChangeEvent["kind"], Deciding>, EventLevel>> = {
  "step-started": "detail",
  "step-unstarted": "detail",
  "version-recorded": "detail",
  reported: "detail",
  "baseline-recorded": "detail",
  "backup-started": "detail",
  "breach-began": "detail",
  "breach-ended": "detail",
  "window-awaited": "info",
  "backup-made": "info",
  commanded: "info",
  "attempt-started": "info",
  "batch-opened": "info",
  "bake-started": "info",
  "batch-passed": "info",
  announced: "info",
  "target-rolled-back": "info",
  "rollback-retried": "info",
  "gate-passed": "success",
  "phase-reached": "success",
  "lease-taken-over": "warning",
  "version-unreadable": "warning",
  "step-failed": "warning",
  "step-interrupted": "warning",
  "target-failed": "warning",
  "announce-failed": "warning",
  interrupted: "warning",
  "backup-failed": "warning",
  "budget-passed": "warning",
  "question-expired": "warning",
  "notify-failed": "warning",
  "rollback-failed": "critical",
};

/** What is as it should be is a step of note; what is not, a person looks at. */
function infoIf(isGood: boolean): EventLevel {
  return isGood ? "info" : "warning";
}

export function outcomeLevel(outcome: Outcome): EventLevel {
  if (outcome === "succeeded") return "success";
  return outcome === "rollback-incomplete" || outcome === "frozen" ? "critical" : "warning";
}
