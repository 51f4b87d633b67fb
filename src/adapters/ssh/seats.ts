import type { Limit } from "../wait-limit.ts";
import { type Patience, within } from "./within.ts";

/** A number of seats; whoever finds none free waits in line, as long as their patience lasts. */
export class Seats {
  #free: number;
  readonly #line = new Set<() => void>();

  constructor(seats: number) {
    this.#free = seats;
  }

  get isFull(): boolean {
    return this.#free === 0;
  }

  get isAwaited(): boolean {
    return this.#line.size > 0;
  }

  /** null when a seat was taken. */
  async take(patience: Patience): Promise<Limit | null> {
    if (this.#free > 0) {
      this.#free -= 1;
      return null;
    }
    let seat = () => {};
    const turn = new Promise<null>((resolve) => {
      seat = () => {
        this.#line.delete(seat);
        resolve(null);
      };
      this.#line.add(seat);
    });
    const first = await within(turn, patience);
    // A seat may have come in the same moment: then it goes to the next in line.
    if (first !== null && !this.#line.delete(seat)) this.give();
    return first;
  }

  give(): void {
    const [next] = this.#line;
    if (next === undefined) this.#free += 1;
    else next();
  }
}
