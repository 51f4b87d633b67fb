import type { Session } from "../../../src/rehearsal/session.ts";
import type { Watcher, World } from "../../../src/rehearsal/world.ts";
import { watchAccounting } from "./accounting.ts";
import { watchAvailability } from "./availability.ts";
import { watchFirstTouch } from "./first-touch.ts";
import { watchGates } from "./gates.ts";
import { watchHealth } from "./health.ts";
import { watchIntents } from "./intents.ts";
import { watchLostRollbacks } from "./lost-rollback.ts";
import { watchPeople } from "./people.ts";
import { watchRefusals } from "./refusals.ts";
import { watchRepeats } from "./repeats.ts";
import { watchRollback } from "./rollback.ts";

/** Takes a broken promise, by its number in the design, with what broke it. */
export type Report = (promise: string) => void;
export type Promised = (world: World, report: Report) => Partial<Watcher>;

const PROMISES: readonly Promised[] = [
  watchLostRollbacks,
  watchAvailability,
  watchGates,
  watchHealth,
  watchFirstTouch,
  watchRefusals,
  watchIntents,
  watchRepeats,
  watchRollback,
  watchAccounting,
  watchPeople,
];

const BROKEN_MAX = 20;

/** Holds everything that happens against the world's own truth, from the first event to the last. */
export function watchPromises(world: World): { broken: string[] } {
  const broken: string[] = [];
  let now = (): string => "";
  const report = (promise: string) => {
    if (broken.length < BROKEN_MAX) broken.push(`${promise} (${now()})`);
  };
  const watchers = PROMISES.map((promised) => promised(world, report));
  world.watcher = {
    onEvent: (event, state, session) => {
      now = () => `${at(session)} at ${JSON.stringify(event).slice(0, 300)}`;
      for (const watcher of watchers) watcher.onEvent?.(event, state, session);
    },
    onCommand: (call, meaning, session) => {
      now = () => `${at(session)} at the command ${call.id ?? call.script}`;
      for (const watcher of watchers) watcher.onCommand?.(call, meaning, session);
    },
    onSample: (sample, session) => {
      now = () => at(session);
      for (const watcher of watchers) watcher.onSample?.(sample, session);
    },
    onOverlap: (check, target, session) => {
      now = () => at(session);
      report(`6 of the faults: probes overlap: ${check} of ${target ?? "the service"}`);
    },
  };
  return { broken };
}

function at(session: Session): string {
  return new Date(session.clock.now()).toISOString();
}
