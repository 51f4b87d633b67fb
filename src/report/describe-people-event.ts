import { unreachable } from "../errors.ts";
import type { EventOf } from "../rollout/events.ts";
import { describeTelling } from "./describe-measurement.ts";
import { say, sayName } from "./event-words.ts";
import { listNames } from "./wording.ts";

export type TriggerEvent = EventOf<
  | "health-changed"
  | "service-changed"
  | "breach-began"
  | "breach-ended"
  | "trigger-fired"
  | "commanded"
  | "question-expired"
>;

/** What is measured, what it sets off, and what people say to it. */
export function describeTriggerEvent(event: TriggerEvent): string {
  switch (event.kind) {
    case "health-changed":
      return `${sayName(event.target)}: ${[event.verdict, ...describeTelling(event.measurements)].join("; ")}`;
    case "service-changed":
      return `The service: ${[event.verdict, ...describeTelling(event.measurements)].join("; ")}`;
    case "breach-began":
      return `Condition of trigger ${sayName(event.trigger)} holds${on(event.target)}`;
    case "breach-ended":
      return `Condition of trigger ${sayName(event.trigger)} no longer holds${on(event.target)}`;
    case "trigger-fired": {
      const by = event.by === null ? "" : `, by ${sayName(event.by)}`;
      return `Trigger ${sayName(event.trigger)} fired (${event.severity}${by}): ${say(event.reason)}`;
    }
    case "commanded":
      return describeCommand(event);
    case "question-expired":
      return `Nobody answered warning ${sayName(event.trigger)} in time: ${OTHERWISE[event.otherwise]}`;
    default:
      return unreachable(event);
  }
}

export const OTHERWISE = {
  rollback: "it is rolled back",
  continue: "it goes on",
  hold: "it is held",
} as const;

function describeCommand({ command, by, role, restore = [] }: EventOf<"commanded">): string {
  const restoring = restore.length === 0 ? "" : `, restoring ${listNames(restore)}`;
  return `${sayName(by)} (${sayName(role)}) said /${command}${restoring}`;
}

function on(target: string | null): string {
  return target === null ? "" : ` on ${sayName(target)}`;
}
