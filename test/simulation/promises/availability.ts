import type { World } from "../../../src/rehearsal/world.ts";
import type { ChangeEvent } from "../../../src/rollout/events.ts";
import type { ChangeState } from "../../../src/rollout/state.ts";
import type { Promised } from "./watch.ts";

/** After these, any target may have become available or not. */
const SWEEPING: ReadonlySet<ChangeEvent["kind"]> = new Set([
  "attempt-started",
  "resumed",
  "trigger-fired",
  "rollback-retried",
  "service-changed",
]);

/** Promise 1: targets being changed, unhealthy or unknown never exceed max-unavailable by our doing. */
export const watchAvailability: Promised = (world, report) => {
  const wasOut = new WeakMap<ChangeState, Set<string>>();
  /** Taken out by the start that was declared last; what is ill already loses nothing by being changed. */
  const newlyOut = new WeakMap<ChangeState, Set<string>>();
  const { maxUnavailable, parallel } = world.change.rollout;
  const sideBySide = Math.max(parallel, world.change.rollback.parallel) + parallel;

  return {
    onEvent: (event, state) => {
      const known = wasOut.get(state);
      if (known === undefined || SWEEPING.has(event.kind)) {
        wasOut.set(state, new Set(state.unavailable));
        return;
      }
      const target = "target" in event ? event.target : null;
      if (target === null || target === undefined) return;
      const isNewlyOut = event.kind === "step-started" && !known.has(target);
      const taken = newlyOut.get(state) ?? new Set();
      newlyOut.set(state, taken);
      if (isNewlyOut) taken.add(target);
      else if (event.kind === "step-started") taken.delete(target);
      if (isNewlyOut && state.unavailable.size > maxUnavailable && !isReplacingData(state)) {
        report(`1 availability: ${state.unavailable.size} out, ${maxUnavailable} allowed`);
      }
      if (state.unavailable.has(target)) known.add(target);
      else known.delete(target);
    },
    onCommand: (_, meaning, { state }) => {
      if (meaning.kind !== "step" || meaning.place.scope !== "each" || state === null) return;
      const { fleet } = world;
      const truth = fleet.targets.get(meaning.place.target!)!;
      if (!newlyOut.get(state)?.has(meaning.place.target!)) return;
      if (!fleet.isWhole(truth) || isReplacingData(state)) return;
      const out = countOut(world) + 1;
      if (out > maxUnavailable) report(`1 availability: in truth ${out} out, ${maxUnavailable} allowed`);
      if (world.running.size >= sideBySide)
        report(`1 availability: ${world.running.size} commands side by side`);
    },
  };
};

/** The service is out anyway until its data is back. */
function isReplacingData({ rollback, restores, once }: ChangeState): boolean {
  return rollback !== null && once.restore.done < restores.length;
}

function countOut({ fleet }: World): number {
  let out = 0;
  for (const truth of fleet.targets.values()) if (!fleet.isWhole(truth)) out++;
  return out;
}
