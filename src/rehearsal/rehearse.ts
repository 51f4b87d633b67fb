import type { ChangeEvent } from "../rollout/events.ts";
import { replay } from "../rollout/replay.ts";
import type { ChangeState } from "../rollout/state.ts";
import type { ScriptedFault } from "./faults.ts";
import type { Session } from "./session.ts";
import type { World } from "./world.ts";

export type Rehearsal = Readonly<{
  events: readonly ChangeEvent[];
  state: ChangeState;
  /** How many processes it took: one more than it crashed. */
  processes: number;
}>;

const PROCESSES_MAX = 50;

/**
 * Plays the change to its end, as its script says: who crashes is gone on with by another process, and the
 * first question gets its answer. Whatever outcome there is ends it; nobody tries again.
 */
export async function rehearse(world: World): Promise<Rehearsal> {
  const crashes = world.script.flatMap((fault) => (fault.kind === "crash" ? [fault.afterEvents] : []));
  const cast = new Cast(world, crashes);
  const before = world.watcher;
  world.watcher = {
    ...before,
    onEvent: (event, state, session) => {
      before.onEvent(event, state, session);
      cast.onEvent(event, state, session);
    },
  };
  let processes = 0;
  let isOver = false;
  while (!isOver && processes++ < PROCESSES_MAX) {
    const session = world.start({ machine: world.machine("runner"), wish: "run" });
    isOver = (await world.drive(session.done)).kind !== "killed";
  }
  return { events: cast.events, state: replay(world.change, world.remote.events), processes };
}

/** Follows the story, and steps in where the script says so. */
class Cast {
  readonly events: ChangeEvent[] = [];
  readonly #world: World;
  readonly #crashes: number[];
  readonly #answer: Extract<ScriptedFault, { kind: "answer" }> | undefined;
  #hasAnswered = false;

  constructor(world: World, crashes: readonly number[]) {
    this.#world = world;
    this.#crashes = [...crashes].sort((a, b) => a - b);
    this.#answer = world.script.find((fault) => fault.kind === "answer");
  }

  onEvent(event: ChangeEvent, state: ChangeState, session: Session): void {
    this.events.push(event);
    const next = this.#crashes[0];
    if (next !== undefined && this.events.length >= next) {
      this.#crashes.shift();
      session.life.kill();
    }
    if (state.pause?.kind !== "question" || this.#hasAnswered || this.#answer === undefined) return;
    this.#hasAnswered = true;
    this.#world.crowd.say(this.#answer.command);
  }
}
