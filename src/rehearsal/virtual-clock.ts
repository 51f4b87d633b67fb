import type { Clock } from "../ports.ts";
import { Heap } from "./heap.ts";

type Timer = {
  atMs: number;
  order: number;
  /** null: it has rung, or was dropped. */
  wake: (() => void) | null;
  sleepers: Sleepers | null;
};

const TURNS_MAX = 5_000_000;
/** The rest of the process, such as output, gets its turn once in so many of ours. */
const TURNS_ALONE = 64;
/** Fewer sleepers than that which are gone are not worth a new list. */
const GONE_MIN = 64;

/** Ends one sleep: an AbortController would cost as much as the rest of a rehearsed step together. */
export class Stop {
  isStopped = false;
  onStop: (() => void) | null = null;

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.onStop?.();
  }
}

/**
 * Those whose sleep one signal ends. There may be ten thousand at a time, for each of which a closure and
 * a place in a set, rehashed again and again, would cost as much as the timer itself.
 */
class Sleepers {
  #timers: Timer[] = [];
  /** Those of them that sleep no longer. */
  #gone = 0;

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => this.#wakeAll(), { once: true });
  }

  add(timer: Timer): void {
    if (this.#gone > GONE_MIN && this.#gone * 2 > this.#timers.length) {
      this.#timers = this.#timers.filter(({ wake }) => wake !== null);
      this.#gone = 0;
    }
    this.#timers.push(timer);
  }

  leave(): void {
    this.#gone++;
  }

  #wakeAll(): void {
    for (const timer of this.#timers) {
      const { wake } = timer;
      timer.wake = null;
      wake?.();
    }
    this.#timers = [];
  }
}

/** Time that moves only when everybody waits, straight to the next timer. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** Timers that were dropped stay until their turn: they wake nobody, and do not move the time. */
  readonly #timers = new Heap<Timer>((a, b) => a.atMs - b.atMs || a.order - b.order);

  readonly #sleepers = new WeakMap<AbortSignal, Sleepers>();

  constructor(startMs = Date.parse("2026-03-01T12:00:00Z")) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = this.#setTimer(ms, resolve);
      if (signal === undefined) return;
      timer.sleepers = this.#sleepersOf(signal);
      timer.sleepers.add(timer);
    });
  }

  /** A sleep that whoever holds the stop can end. */
  sleepUntilStopped(ms: number, stop: Stop): Promise<void> {
    return new Promise((resolve) => {
      if (stop.isStopped) return resolve();
      const timer = this.#setTimer(ms, resolve);
      stop.onStop = () => {
        timer.wake = null;
        resolve();
      };
    });
  }

  /** Runs until the promise settles or `done` says so; throws when the work goes on for ever. */
  async drive(work: Promise<unknown>, done: () => boolean = () => false): Promise<void> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    work.then(mark, mark);
    for (let turn = 0; turn < TURNS_MAX; turn++) {
      await allHaveDone(turn);
      if (settled || done()) return;
      if (!this.#advance()) throw new Error("everybody waits, and nobody for a time that will come");
    }
    throw new Error("the work never ended");
  }

  /** To the next moment that somebody waits for, and through all of it. */
  #advance(): boolean {
    let isMoved = false;
    for (;;) {
      const next = this.#timers.peek();
      if (next === undefined || (isMoved && next.atMs > this.#nowMs)) return isMoved;
      this.#timers.pop();
      const { wake } = next;
      if (wake === null) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      isMoved = true;
      next.wake = null;
      next.sleepers?.leave();
      wake();
    }
  }

  #setTimer(ms: number, wake: () => void): Timer {
    const timer = { atMs: this.#nowMs + Math.ceil(ms), order: this.#order++, wake, sleepers: null };
    this.#timers.push(timer);
    return timer;
  }

  #sleepersOf(signal: AbortSignal): Sleepers {
    const known = this.#sleepers.get(signal);
    if (known !== undefined) return known;
    const made = new Sleepers(signal);
    this.#sleepers.set(signal, made);
    return made;
  }
}

/** Once nobody has anything left to do at this moment. A tick comes after all promises, and costs less than an event. */
function allHaveDone(turn: number): Promise<void> {
  return new Promise((resolve) => {
    if (turn % TURNS_ALONE === 0) setImmediate(resolve);
    else process.nextTick(resolve);
  });
}
