import { leavesTraces, type Place } from "../../../src/rehearsal/fleet.ts";
import type { World } from "../../../src/rehearsal/world.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
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
      if (world.fleet.marksOf(place).running > 0) {
        report(`5 no repeat: two commands at once in one place: ${call.id}`);
      }
      const breaks =
        place.direction === "do" ? doneAlready(world, state, place) : undoneAlready(world, state, place);
      if (breaks !== null && !(place.direction === "undo" && isResumed)) report(breaks);
      if (place.scope === "switch" && place.direction === "undo" && state.rollback === null) {
        report("5 no repeat: the traffic goes back and forth");
      }
      if (place.direction === "undo" && hasNewer(world, state, place)) {
        report(`rollback: ${call.id} before what came after it`);
      }
    },
  };
};

function doneAlready(world: World, state: ChangeState, place: Place): string | null {
  const step = stepsOf(state, place.scope)[place.step]!;
  const { applied, half } = world.fleet.marksOf(place);
  const isDone = (applied & ~half & (1 << place.step)) !== 0 && leavesTraces(step);
  const isSafe = step.retries > 0 || place.scope === "restore";
  if (isDone && !isSafe) return `5 no repeat: ${step.name} is done already`;
  const isSwitched = place.scope === "switch" && isLiveOnNew(world.fleet.live, state.activeGroup);
  return isSwitched ? "5 no repeat: the traffic is switched already" : null;
}

function undoneAlready(world: World, state: ChangeState, place: Place): string | null {
  const { applied, half, begun } = world.fleet.marksOf(place);
  const isClean = ((applied | half | begun) & (1 << place.step)) === 0;
  return isClean
    ? `5 no repeat: undo of ${stepsOf(state, place.scope)[place.step]!.name}, of which nothing is left`
    : null;
}

/** Newest first, as far as anybody can know: an undo that lied is none. */
function hasNewer(world: World, state: ChangeState, place: Place): boolean {
  const { applied, begun } = world.fleet.marksOf(place);
  return stepsOf(state, place.scope).some(
    ({ undo }, i) => i > place.step && undo !== null && (applied & begun & (1 << i)) !== 0,
  );
}

function isLiveOnNew(live: string | null, active: string | null): boolean {
  return live !== null && active !== null && live !== active;
}
