import type { Clock } from "../../src/ports.ts";
import { Heap } from "./heap.ts";

type Timer = { atMs: number; order: number; wake: () => void };

const TURNS_MAX = 2_000_000;

/** Time that moves only when everybody waits, straight to the next timer. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  /** Timers that were dropped stay until their turn: they wake nobody, and do not move the time. */
  readonly #timers = new Heap<Timer>((a, b) => a.atMs - b.atMs || a.order - b.order);
  readonly #dropped = new WeakSet<Timer>();

  constructor(startMs = Date.parse("2026-03-01T12:00:00Z")) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const drop = () => {
        this.#dropped.add(timer);
        resolve();
      };
      const wake = () => {
        signal?.removeEventListener("abort", drop);
        resolve();
      };
      const timer = { atMs: this.#nowMs + ms, order: this.#order++, wake };
      this.#timers.push(timer);
      signal?.addEventListener("abort", drop, { once: true });
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
      this.#advance();
    }
    throw new Error("the work never ended");
  }

  #advance(): void {
    for (let next = this.#timers.pop(); next !== undefined; next = this.#timers.pop()) {
      if (this.#dropped.has(next)) continue;
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.wake();
      return;
    }
  }
}
