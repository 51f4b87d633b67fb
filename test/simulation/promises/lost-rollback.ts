import type { World } from "../../../src/rehearsal/world.ts";
import type { Promised } from "./watch.ts";

const taken = new WeakMap<World, Set<string>>();

/**
 * Targets (or `switch`) that a process has undone while the remote could not be told of its trigger, and that
 * another one has taken over without its disk: nobody can tell it, see docs/reliability.md.
 */
export function undoneUnseen(world: World): ReadonlySet<string> {
  return taken.get(world) ?? new Set();
}

export const watchLostRollbacks: Promised = (world) => {
  const excused = new Set<string>();
  taken.set(world, excused);
  /** Not taken over yet. */
  const undone = new Set<string>();

  return {
    onEvent: (event, state) => {
      if (event.kind === "attempt-started") {
        excused.clear();
        undone.clear();
      }
      if (event.kind !== "resumed" || event.writeAhead !== "missing" || state.rollback !== null) return;
      for (const name of undone) excused.add(name);
      undone.clear();
    },
    onCommand: (_, meaning, { state }) => {
      if (meaning.kind !== "step" || state === null) return;
      const { scope, direction, target } = meaning.place;
      const owner = target ?? scope;
      if (direction === "do") excused.delete(owner);
      const isUnseen = state.trigger !== null && !world.remote.events.includes(state.trigger);
      if (direction === "undo" && isUnseen) undone.add(owner);
    },
  };
};
