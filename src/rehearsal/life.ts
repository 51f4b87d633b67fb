import type { VirtualClock } from "./virtual-clock.ts";

/**
 * One process of ours, which can die or be stopped for a while between any two of its doings: every
 * call into a port passes through here, and so does every answer.
 */
export class Life {
  readonly over: Promise<void>;
  readonly #clock: VirtualClock;
  readonly #killAt: number;
  #end: () => void = () => {};
  #isOver = false;
  #pausedUntilMs = 0;
  #passes = 0;

  /** Dies at the `killAt`-th passage. */
  constructor(clock: VirtualClock, killAt = Number.POSITIVE_INFINITY) {
    this.#clock = clock;
    this.#killAt = killAt;
    this.over = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Somebody has stopped it for a while. */
  get wasPaused(): boolean {
    return this.#pausedUntilMs > 0;
  }

  /** How many moments there were so far at which it could have died. */
  get passes(): number {
    return this.#passes;
  }

  kill(): void {
    this.#isOver = true;
    this.#end();
  }

  /** Stopped, as by SIGSTOP or a laptop's lid: the world goes on without it. */
  pauseUntil(atMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, atMs);
  }

  /** One more moment has come; false: the process does not live to see the next. */
  step(): boolean {
    if (!this.#isOver && ++this.#passes >= this.#killAt) this.kill();
    return !this.#isOver;
  }

  /** The value, once the process goes on; never, if it is dead. */
  pass<T>(value: T): T | Promise<T> {
    if (!this.step()) return new Promise<never>(() => {});
    return this.#pausedUntilMs > this.#clock.now() ? this.#wait(value) : value;
  }

  async #wait<T>(value: T): Promise<T> {
    while (this.#pausedUntilMs > this.#clock.now() && !this.#isOver) {
      await this.#clock.sleep(this.#pausedUntilMs - this.#clock.now());
    }
    return this.#isOver ? new Promise<never>(() => {}) : value;
  }
}
