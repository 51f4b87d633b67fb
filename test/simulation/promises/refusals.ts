import type { ChangeEvent } from "../../../src/rollout/events.ts";
import type { Promised } from "./watch.ts";

const TOUCHES: ReadonlySet<string> = new Set(["before", "each", "switch", "after"]);

/** Promise 16: after a "no" nothing is touched, whatever the engine made of it. */
export const watchRefusals: Promised = (world, report) => {
  let refusal: string | null = null;

  return {
    onEvent: (event, _, session) => {
      if (isForgotten(event)) refusal = null;
      // What a displaced process hears is nobody's truth: its journal is refused.
      if (world.remote.lease?.token === session.lease?.token) refusal ??= refusalIn(event);
    },
    onCommand: (_, meaning) => {
      const isTouch = meaning.kind === "step" && TOUCHES.has(meaning.place.scope);
      if (!isTouch || meaning.place.direction !== "do" || refusal === null) return;
      report(`16 fail closed: touched, although ${refusal}`);
      refusal = null;
    },
  };
};

/** In a new attempt, and where the answer was lost with its machine, everything is asked anew. */
function isForgotten(event: ChangeEvent): boolean {
  return event.kind === "attempt-started" || (event.kind === "resumed" && event.writeAhead === "missing");
}

function refusalIn(event: ChangeEvent): string | null {
  if (event.kind === "requirement-checked" && !event.met) return "a requirement is not met";
  const isBefore = event.kind === "check-asked" && event.phase !== "verify";
  return isBefore && !event.passed ? `a check of the phase ${event.phase} did not pass` : null;
}
