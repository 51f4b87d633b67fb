import type { Change } from "../../src/plan/change.ts";
import { type Action, decide } from "../../src/rollout/decide.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { replay } from "../../src/rollout/replay.ts";

/** What is decided after each event of a journal, in short; the same for ever. */
export function nextDecisions(change: Change, events: readonly ChangeEvent[]): string[] {
  return events.map((event, i) => {
    const nowMs = Date.parse(event.at);
    const { actions, wakeAtMs } = decide(replay(change, events.slice(0, i + 1)), nowMs);
    const wait = wakeAtMs === null ? "" : ` until ${new Date(wakeAtMs).toISOString()}`;
    return actions.length === 0 ? `wait${wait}` : actions.map(shorten).join(", ");
  });
}

function shorten(action: Action): string {
  switch (action.kind) {
    case "record":
      return `record ${action.fact.kind}`;
    case "run-step":
    case "probe-step": {
      const { scope, step, target, direction, run } = action.run;
      return `${action.kind} ${scope} ${step} ${target ?? "once"} ${direction} ${run}`;
    }
    default:
      return Object.values(action).join(" ");
  }
}
