import type { Change } from "../../../src/plan/change.ts";
import type { CommandCall } from "../../../src/ports.ts";
import type { Course } from "../../../src/rehearsal/course.ts";
import type { Place } from "../../../src/rehearsal/fleet.ts";
import type { SessionEnd, SessionOptions } from "../../../src/rehearsal/session.ts";
import { createWorld, type World } from "../../../src/rehearsal/world.ts";
import type { ChangeEvent, EventOf } from "../../../src/rollout/events.ts";
import { replay } from "../../../src/rollout/replay.ts";
import { watchPromises } from "../../simulation/promises/watch.ts";

type Watched = World & { broken: readonly string[]; calls: CommandCall[] };

export const FAILS: Partial<Course> = { extent: "none", ending: { kind: "exited", code: 1 } };
export const FAILS_HALFWAY: Partial<Course> = { ...FAILS, extent: "half" };
/** Cut after a second, and done after ten. */
export const CUT: Partial<Course> = { ms: 10_000, cutMs: 1_000 };

export const SSH = { user: "deploy", keyEnv: "KEY", knownHosts: "known_hosts", port: 22 };

/** A world in which every step takes a second, with all promises watched. */
export function stage(change: Change, decree: World["decree"] = () => null): Watched {
  const world = createWorld(change, { seed: 2, stepMs: [1_000, 1_000] }) as Watched;
  world.decree = decree;
  world.broken = watchPromises(world).broken;
  world.calls = [];
  const { watcher } = world;
  world.watcher = {
    ...watcher,
    onCommand: (call, meaning, session) => {
      world.calls.push(call);
      watcher.onCommand(call, meaning, session);
    },
  };
  return world;
}

/** One process, to its end. */
export function run(world: World, options: Partial<SessionOptions> = {}): Promise<SessionEnd> {
  const { done } = world.start({ machine: world.machine("runner"), wish: "run", ...options });
  return world.drive(done);
}

/** One process that is killed once the event comes to pass. */
export async function runUntil(
  world: World,
  isDue: (event: ChangeEvent) => boolean,
  options: Partial<SessionOptions> = {},
): Promise<void> {
  const { watcher } = world;
  world.watcher = {
    ...watcher,
    onEvent: (event, state, session) => {
      watcher.onEvent(event, state, session);
      if (isDue(event)) world.clock.sleep(100).then(() => session.life.kill());
    },
  };
  await run(world, options);
  world.watcher = watcher;
}

export function outcomeOf(world: World): string | undefined {
  return replay(world.change, world.remote.events).outcome?.outcome;
}

export function eventsOf<K extends ChangeEvent["kind"]>(world: World, kind: K): EventOf<K>[] {
  return world.remote.events.filter((event): event is EventOf<K> => event.kind === kind);
}

export function isStep(place: Place, target: string | null, direction: Place["direction"] = "do"): boolean {
  return place.target === target && place.direction === direction;
}

/** `install a`, `undo install a`: what ran where, in order. */
export function storyOf({ calls }: Watched): string[] {
  return calls
    .filter(({ id }) => id !== null)
    .map(({ script, target }) => `${script} ${target?.name ?? "once"}`);
}
