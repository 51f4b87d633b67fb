import { unreachable } from "../errors.ts";
import type { Outcome } from "../rollout/event-parts.ts";
import type { ChangeEvent } from "../rollout/events.ts";

/** `detail` is what only a full log shows; the others are the four levels of messages to people. */
export type EventLevel = "critical" | "warning" | "info" | "success" | "detail";

/** Critical and warning as the triggers mean them; info: a step of note is done; success: a phase is done. */
export function eventLevel(event: ChangeEvent): EventLevel {
  switch (event.kind) {
    case "step-started":
    case "step-unstarted":
    case "version-recorded":
    case "reported":
      return "detail";
    case "step-finished":
      return event.scope === "each" ? "detail" : "info";
    case "version-verified":
      return event.ok ? "detail" : "warning";
    case "health-changed":
      return event.verdict === "healthy" ? "detail" : "warning";
    case "resumed":
      return event.writeAhead === "missing" ? "warning" : "info";
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

export function outcomeLevel(outcome: Outcome): EventLevel {
  if (outcome === "succeeded") return "success";
  return outcome === "rollback-incomplete" || outcome === "frozen" ? "critical" : "warning";
}
