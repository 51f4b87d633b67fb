import type { Clock, Journal, Observer } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import type { StepRun } from "../rollout/event-parts.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { evolve } from "../rollout/evolve.ts";
import type { ChangeState } from "../rollout/state.ts";
import { isForward } from "../rollout/steps-of.ts";
import { waitAtMost } from "./wait-at-most.ts";

/** Facts that no forward effect may overtake: they must be at the remote first. */
const BARRIERS: ReadonlySet<ChangeEvent["kind"]> = new Set([
  "attempt-started",
  "resumed",
  "backup-started",
  "batch-opened",
]);

/** Facts worth a push of their own, though nothing waits for it. */
const NOTEWORTHY: ReadonlySet<ChangeEvent["kind"]> = new Set([
  "backup-made",
  "bake-started",
  "trigger-fired",
  "commanded",
  "rollback-failed",
]);

/** A rollback waits no longer than this for the remote to know of its trigger. */
const TRIGGER_PUSH_MS = 500;

/** Resolves when a step in this direction may start, as far as the journal goes; rejects when none may any more. */
export type Permission = (direction: StepRun["direction"]) => Promise<void>;

/** Applies facts to the state and makes them durable. The facts of one turn share one write. */
export class Recorder {
  readonly #state: ChangeState;
  readonly #ports: Readonly<{ clock: Clock; journal: Journal; observer: Observer }>;
  readonly #onFailure: (error: unknown) => void;
  #unwritten: ChangeEvent[] = [];
  #written: Promise<void> = Promise.resolve();
  /** The push of the last barrier, and that of the trigger, with an end in time. */
  #barrier: Promise<unknown> = Promise.resolve();
  #trigger: Promise<unknown> = Promise.resolve();
  #restedBatch = -1;
  #at = { ms: Number.NaN, text: "" };

  constructor(
    state: ChangeState,
    ports: Readonly<{ clock: Clock; journal: Journal; observer: Observer }>,
    onFailure: (error: unknown) => void,
  ) {
    this.#state = state;
    this.#ports = ports;
    this.#onFailure = onFailure;
  }

  record(fact: Fact): void {
    // A union member plus its time is an event again, which TypeScript cannot see.
    const event = { ...fact, at: this.#now() } as ChangeEvent;
    evolve(this.#state, event);
    this.#unwritten.push(event);
    this.#ports.observer.onEvent(event, this.#state);
  }

  /** Facts of the same moment share its text. */
  #now(): string {
    const nowMs = this.#ports.clock.now();
    if (nowMs !== this.#at.ms) this.#at = { ms: nowMs, text: new Date(nowMs).toISOString() };
    return this.#at.text;
  }

  /** Writes what was recorded since the last call. */
  commit(): Permission {
    const events = this.#unwritten;
    if (events.length > 0) {
      this.#unwritten = [];
      this.#written = this.#ports.journal.append(events);
      this.#written.catch(this.#onFailure);
      this.#pushIfWorth(events);
    }
    const [written, barrier, trigger] = [this.#written, this.#barrier, this.#trigger];
    // Made on demand: a promise that nobody waits for must not reject.
    return async (direction) => {
      await written;
      await (direction === "do" ? barrier : trigger);
    };
  }

  /** The first rest of a batch (its steps are done, its health is awaited) is worth a push: one a batch. */
  rest(): void {
    if (this.#restedBatch === this.#state.batch.index) return;
    this.#restedBatch = this.#state.batch.index;
    this.push();
  }

  /** Brings everything recorded so far to the remote; a failure is told as any other of the journal. */
  push(): Promise<void> {
    const pushed = this.#written.then(() => this.#ports.journal.flush());
    pushed.catch(this.#onFailure);
    return pushed;
  }

  /** Resolves when everything recorded so far is on this machine's disk. */
  async settle(): Promise<void> {
    this.commit();
    await this.#written;
  }

  #pushIfWorth(events: readonly ChangeEvent[]): void {
    const isBarrier = events.some((event) => this.#isBarrier(event));
    if (!isBarrier && !events.some(({ kind }) => NOTEWORTHY.has(kind))) return;
    const pushed = this.push();
    if (isBarrier) this.#barrier = pushed;
    if (events.some(({ kind }) => kind === "trigger-fired")) {
      // A process that took the change over without our disk must not take the undone for the new version.
      const told = pushed.catch(() => {});
      this.#trigger = waitAtMost(this.#ports.clock, told, TRIGGER_PUSH_MS);
    }
  }

  /** A once-step is its own intent, for no batch announces it; nor the version of a target that joins late. */
  #isBarrier(event: ChangeEvent): boolean {
    if (event.kind === "step-started") return event.target === null && isForward(event);
    if (event.kind === "version-recorded") return this.#state.targets.size > 0;
    return BARRIERS.has(event.kind);
  }
}
