import { offAbort, onAbort } from "../on-abort.ts";
import type { Clock } from "../ports.ts";
import { Heap } from "./heap.ts";

type Timer = { atMs: number; order: number; wake: (() => void) | null };

const TURNS_MAX = 5_000_000;
/** The rest of the process, such as output, gets its turn once in so many of ours. */
const TURNS_ALONE = 64;

/** Ends one sleep: an AbortController would cost as much as the rest of a rehearsed step together. */
export class Stop {
  isStopped = false;
  onStop: () => void = () => {};

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    this.onStop();
  }
}

/** Time that moves only when everybody waits, straight to the next timer. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** Timers that were dropped stay until their turn: they wake nobody, and do not move the time. */
  readonly #timers = new Heap<Timer>((a, b) => a.atMs - b.atMs || a.order - b.order);

  constructor(startMs = Date.parse("2026-03-01T12:00:00Z")) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer: Timer = { atMs: this.#nowMs + Math.ceil(ms), order: this.#order++, wake: resolve };
      this.#timers.push(timer);
      if (signal === undefined) return;
      const drop = () => {
        timer.wake = null;
        resolve();
      };
      timer.wake = () => {
        offAbort(signal, drop);
        resolve();
      };
      onAbort(signal, drop);
    });
  }

  /** A sleep that whoever holds the stop can end. */
  sleepUntilStopped(ms: number, stop: Stop): Promise<void> {
    return new Promise((resolve) => {
      if (stop.isStopped) return resolve();
      const timer: Timer = { atMs: this.#nowMs + Math.ceil(ms), order: this.#order++, wake: resolve };
      this.#timers.push(timer);
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
      if (next.wake === null) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      isMoved = true;
      next.wake();
    }
  }
}

/** Once nobody has anything left to do at this moment. A tick comes after all promises, and costs less than an event. */
function allHaveDone(turn: number): Promise<void> {
  return new Promise((resolve) => {
    if (turn % TURNS_ALONE === 0) setImmediate(resolve);
    else process.nextTick(resolve);
  });
}
