import { unreachable } from "../errors.ts";
import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeEvent, EventOf } from "../rollout/events.ts";

/** `detail` is what only a full log shows; the others are the four levels of messages to people. */
export type EventLevel = "critical" | "warning" | "info" | "success" | "detail";

/** Critical and warning as the triggers mean them; info: a step of note is done; success: a phase is done. */
export function eventLevel(event: ChangeEvent): EventLevel {
  switch (event.kind) {
    case "step-started":
    case "step-unstarted":
    case "version-recorded":
    case "reported":
    case "baseline-recorded":
    case "backup-started":
    case "breach-began":
    case "breach-ended":
      return "detail";
    case "step-finished":
      return event.scope === "each" ? "detail" : "info";
    case "version-verified":
      return event.ok ? "detail" : "warning";
    case "health-changed":
    case "service-changed":
      return event.verdict === "healthy" ? "detail" : "warning";
    case "resumed":
      return event.writeAhead === "missing" ? "warning" : "info";
    case "check-asked":
      return checkLevel(event);
    case "requirement-checked":
      return event.met ? "info" : "warning";
    case "notice-given":
      return event.failed.length === 0 ? "info" : "warning";
    case "backups-confirmed":
      return event.ok ? "info" : "critical";
    case "active-observed":
      return event.group === null ? "warning" : "info";
    case "approved":
      return event.proof === "github" ? "info" : "warning";
    case "gate-passed":
    case "phase-reached":
      return "success";
    case "window-awaited":
    case "backup-made":
    case "commanded":
    case "attempt-started":
    case "batch-opened":
    case "bake-started":
    case "batch-passed":
    case "announced":
    case "target-rolled-back":
    case "rollback-retried":
      return "info";
    case "lease-taken-over":
    case "version-unreadable":
    case "step-failed":
    case "step-interrupted":
    case "target-failed":
    case "announce-failed":
    case "interrupted":
    case "backup-failed":
    case "budget-passed":
    case "question-expired":
    case "notify-failed":
      return "warning";
    case "trigger-fired":
      return event.severity;
    case "rollback-failed":
      return "critical";
    case "finished":
      return outcomeLevel(event.outcome);
    default:
      return unreachable(event);
  }
}

/** Each is a step of note; many can be asked of a fleet, so only those that say no are loud. */
function checkLevel({ passed }: EventOf<"check-asked">): EventLevel {
  return passed ? "info" : "warning";
}

export function outcomeLevel(outcome: Outcome): EventLevel {
  if (outcome === "succeeded") return "success";
  return outcome === "rollback-incomplete" || outcome === "frozen" ? "critical" : "warning";
}
