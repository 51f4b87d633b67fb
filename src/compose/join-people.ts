import type { People } from "../ports.ts";

/** All of them are heard. */
export function joinPeople(all: readonly People[]): People {
  return {
    listen(state, onCommand, signal) {
      for (const people of all) people.listen(state, onCommand, signal);
    },
  };
}
