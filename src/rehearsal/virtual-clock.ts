import type { Clock } from "../ports.ts";
import { Heap } from "./heap.ts";

type Timer = { atMs: number; order: number; wake: (() => void) | null };

const TURNS_MAX = 5_000_000;

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
        signal.removeEventListener("abort", drop);
        resolve();
      };
      signal.addEventListener("abort", drop, { once: true });
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
      await new Promise((resolve) => setImmediate(resolve));
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
