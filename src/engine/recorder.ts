import type { Journal, Observer } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { evolve } from "../rollout/evolve.ts";
import type { ChangeState } from "../rollout/state.ts";

/** Facts that no forward effect may overtake: they must be at the remote first. */
const BARRIERS: ReadonlySet<ChangeEvent["kind"]> = new Set(["attempt-started", "resumed", "batch-opened"]);

/** Facts worth a push of their own, though nothing waits for it. */
const NOTEWORTHY: ReadonlySet<ChangeEvent["kind"]> = new Set([
  "bake-started",
  "trigger-fired",
  "rollback-failed",
]);

export type Durability = Readonly<{
  /** Synced to this machine's disk: enough for an undo, whose intent its batch has declared. */
  written: Promise<void>;
  /** And the last barrier is at the remote: what a forward effect waits for. */
  permitted: Promise<void>;
}>;

/** Applies facts to the state and makes them durable. The facts of one turn share one write. */
export class Recorder {
  readonly #state: ChangeState;
  readonly #journal: Journal;
  readonly #observer: Observer;
  readonly #onFailure: (error: unknown) => void;
  #unwritten: ChangeEvent[] = [];
  #written: Promise<void> = Promise.resolve();
  #barrier: Promise<void> = Promise.resolve();
  #restedBatch = -1;

  constructor(
    state: ChangeState,
    ports: Readonly<{ journal: Journal; observer: Observer }>,
    onFailure: (error: unknown) => void,
  ) {
    this.#state = state;
    this.#journal = ports.journal;
    this.#observer = ports.observer;
    this.#onFailure = onFailure;
  }

  record(fact: Fact, nowMs: number): void {
    // A union member plus its time is an event again, which TypeScript cannot see.
    const event = { ...fact, at: new Date(nowMs).toISOString() } as ChangeEvent;
    evolve(this.#state, event);
    this.#unwritten.push(event);
    this.#observer.onEvent(event, this.#state);
  }

  /** Writes what was recorded since the last call. */
  commit(): Durability {
    const events = this.#unwritten;
    if (events.length > 0) {
      this.#unwritten = [];
      this.#written = this.#journal.append(events);
      this.#written.catch(this.#onFailure);
      if (events.some(isBarrier)) this.#barrier = this.#push();
      else if (events.some((event) => NOTEWORTHY.has(event.kind))) this.#push();
    }
    const written = this.#written;
    const barrier = this.#barrier;
    return { written, permitted: written.then(() => barrier) };
  }

  /** The first rest of a batch (its steps are done, its health is awaited) is worth a push: one a batch. */
  rest(): void {
    if (this.#restedBatch === this.#state.batch.index) return;
    this.#restedBatch = this.#state.batch.index;
    this.#push();
  }

  /** Resolves when everything recorded so far is at the remote. */
  async flush(): Promise<void> {
    await this.commit().written;
    await this.#journal.flush();
  }

  #push(): Promise<void> {
    const pushed = this.#written.then(() => this.#journal.flush());
    pushed.catch(this.#onFailure);
    return pushed;
  }
}

/** A once-step is its own intent, for no batch announces it. */
function isBarrier(event: ChangeEvent): boolean {
  if (event.kind === "step-started") return event.target === null && event.direction === "do";
  return BARRIERS.has(event.kind);
}
