/** Lets in so many at a time; the others wait in line. */
export class Turnstile {
  readonly #places: number;
  /** Who waits; the next one at `#next`, as taking from the front would move all others. */
  #queue: (() => void)[] = [];
  #next = 0;
  #inside = 0;

  constructor(places: number) {
    this.#places = places;
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inside >= this.#places) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#inside++;
    try {
      return await work();
    } finally {
      this.#leave();
    }
  }

  #leave(): void {
    this.#inside--;
    this.#queue[this.#next++]?.();
    if (this.#next < this.#queue.length) return;
    this.#queue = [];
    this.#next = 0;
  }
}
