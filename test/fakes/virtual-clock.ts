import type { Clock } from "../../src/ports.ts";

type Timer = { atMs: number; order: number; wake: () => void };

/** Time that moves only when everybody waits, straight to the next timer. */
export class VirtualClock implements Clock {
  #nowMs: number;
  #order = 0;
  #timers: Timer[] = [];

  constructor(startMs = Date.parse("2026-03-01T12:00:00Z")) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const timer = { atMs: this.#nowMs + ms, order: this.#order++, wake: resolve };
      this.#timers.push(timer);
      const drop = () => {
        this.#timers = this.#timers.filter((other) => other !== timer);
        resolve();
      };
      signal?.addEventListener("abort", drop, { once: true });
    });
  }

  /** Runs until the promise settles or `done` says so; throws when nothing is left that could wake anybody. */
  async drive(work: Promise<unknown>, done: () => boolean = () => false): Promise<void> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    work.then(mark, mark);
    for (let turn = 0; turn < 200_000; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      if (settled || done()) return;
      this.#advance();
    }
    throw new Error("the work never ended");
  }

  #advance(): void {
    const next = this.#timers.reduce<Timer | null>((first, timer) => {
      if (first === null || timer.atMs < first.atMs) return timer;
      return timer.atMs === first.atMs && timer.order < first.order ? timer : first;
    }, null);
    if (next === null) return;
    this.#timers = this.#timers.filter((timer) => timer !== next);
    this.#nowMs = Math.max(this.#nowMs, next.atMs);
    next.wake();
  }
}
