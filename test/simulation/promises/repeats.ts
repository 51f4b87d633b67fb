import { leavesTraces } from "../../../src/rehearsal/fleet.ts";
import { stepsOf } from "../../../src/rollout/steps-of.ts";
import type { Promised } from "./watch.ts";

/** Promise 5: a finished step never runs again; an in-doubt one only where that is declared safe. */
export const watchRepeats: Promised = (world, report) => {
  /** After that nobody knows for sure, and an undo mends whatever it finds. */
  let isResumed = false;

  return {
    onEvent: (event) => {
      if (event.kind === "resumed") isResumed = true;
      if (event.kind === "attempt-started") isResumed = false;
    },
    onCommand: (call, meaning, { state }) => {
      if (meaning.kind !== "step" || state === null) return;
      const { place } = meaning;
      const marks = world.fleet.marksOf(place);
      const step = stepsOf(state, place.scope)[place.step]!;
      const bit = 1 << place.step;
      if (marks.running > 0) report(`5 no repeat: two commands at once in one place: ${call.id}`);
      if (place.direction === "do") {
        const isDone = (marks.applied & bit) !== 0 && leavesTraces(step);
        const isSafe = step.retries > 0 || place.scope === "restore";
        if (isDone && !isSafe) report(`5 no repeat: ${step.name} is done already`);
        if (place.scope === "switch" && isLiveOnNew(world.fleet.live, state.activeGroup)) {
          report("5 no repeat: the traffic is switched already");
        }
        return;
      }
      const isClean = ((marks.applied | marks.half | marks.begun) & bit) === 0;
      if (isClean && !isResumed) report(`5 no repeat: undo of ${step.name}, of which nothing is left`);
    },
  };
};

function isLiveOnNew(live: string | null, active: string | null): boolean {
  return live !== null && active !== null && live !== active;
}
