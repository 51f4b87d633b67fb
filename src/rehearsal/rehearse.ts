import type { Change } from "../plan/change.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { replay } from "../rollout/replay.ts";
import type { ChangeState } from "../rollout/state.ts";
import { NO_FAULTS, type ScriptedFault } from "./faults.ts";
import type { Session } from "./session.ts";
import { createWorld, type World } from "./world.ts";

/** The same for everybody, so that a rehearsal can be repeated and talked about. */
const SEED = 1;
/** How long a step takes in a rehearsal, at least and at most; never longer than its timeout allows. */
export const REHEARSED_STEP_MS = [1_000, 10_000] as const;
/** The next process waits for the lease of one that died, as a person would. */
const PATIENCE_MS = 12 * 60_000;
const MACHINE = "rehearsal";

export type RehearsalOptions = Readonly<{
  script: readonly ScriptedFault[];
  startMs: number;
  /** Each event as it happens, with the milliseconds since the start. The state must not be kept or changed. */
  onEvent: (event: ChangeEvent, state: ChangeState, elapsedMs: number) => void;
}>;

export type Rehearsal = Readonly<{
  state: ChangeState;
  /** The most targets that were unavailable at once. */
  worstUnavailable: number;
  virtualMs: number;
}>;

/** Carries the change out in a made-up world, on a clock of its own. Runs no command and touches nothing. */
export async function rehearse(change: Change, options: RehearsalOptions): Promise<Rehearsal> {
  const { script, startMs } = options;
  const world = createWorld(change, {
    seed: SEED,
    faults: NO_FAULTS,
    script,
    startMs,
    stepMs: REHEARSED_STEP_MS,
    isOneLife: script.every(({ kind }) => kind !== "crash"),
  });
  const director = new Director(world, options);
  const onEvent = director.follow.bind(director);
  world.watcher = { ...world.watcher, onEvent };
  await world.drive(director.play());
  const state = director.state ?? replay(change, []);
  return { state, worstUnavailable: director.worstUnavailable, virtualMs: world.clock.now() - startMs };
}

/** What the script asks of people and processes; the world sees to the targets by itself. */
class Director {
  readonly #world: World;
  readonly #options: RehearsalOptions;
  /** Numbers of events, the next one last. */
  readonly #crashes: number[];
  readonly #answers: Extract<ScriptedFault, { kind: "answer" }>["command"][];
  #events = 0;
  #doomed: Session | null = null;
  state: ChangeState | null = null;
  worstUnavailable = 0;

  constructor(world: World, options: RehearsalOptions) {
    this.#world = world;
    this.#options = options;
    const { script } = options;
    this.#crashes = script
      .flatMap((fault) => (fault.kind === "crash" ? [fault.afterEvents] : []))
      .sort((a, b) => b - a);
    this.#answers = script.flatMap((fault) => (fault.kind === "answer" ? [fault.command] : []));
  }

  /** One process, and another one for each that dies. */
  async play(): Promise<void> {
    const processesMax = this.#crashes.length + 1;
    for (let processes = 0; processes < processesMax; processes++) {
      const wish = processes === 0 ? "run" : "resume";
      const machine = this.#world.machine(MACHINE);
      const session = this.#world.start({ machine, wish, patienceMs: PATIENCE_MS });
      const end = await session.done;
      if (end.kind !== "killed") return;
    }
  }

  follow(event: ChangeEvent, state: ChangeState, session: Session): void {
    this.state = state;
    this.worstUnavailable = Math.max(this.worstUnavailable, state.unavailable.size);
    this.#options.onEvent(event, state, this.#world.clock.now() - this.#options.startMs);
    this.#events++;
    if (this.#events >= (this.#crashes.at(-1) ?? Number.POSITIVE_INFINITY)) this.#crash(session);
    if (event.kind === "trigger-fired" && state.pause?.kind === "question") this.#answer();
  }

  /** A moment later: the event is on the disk by then, and what it has set off is under way. */
  #crash(session: Session): void {
    // Each crash is another process's.
    if (this.#doomed === session) return;
    this.#doomed = session;
    this.#crashes.pop();
    this.#world.clock.sleep(1).then(() => session.life.kill());
  }

  #answer(): void {
    const answer = this.#answers.shift();
    if (answer !== undefined) this.#world.crowd.say(answer);
  }
}
