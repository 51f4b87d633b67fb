import type { Clock } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";

/** Where effects leave their facts, in the order in which they ended, for the loop to pick up. */
export class Mailbox {
  readonly #clock: Clock;
  #facts: Fact[] = [];
  #wake: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  post(fact: Fact): void {
    this.#facts.push(fact);
    this.rouse();
  }

  /** Ends a wait without a fact: something else has changed. */
  rouse(): void {
    this.#wake?.abort("roused");
  }

  drain(): readonly Fact[] {
    const facts = this.#facts;
    this.#facts = [];
    return facts;
  }

  /** Until a fact arrives, somebody rouses, or the time has come. */
  async wait(untilMs: number): Promise<void> {
    if (this.#facts.length > 0) return;
    this.#wake = new AbortController();
    await this.#clock.sleep(Math.max(0, untilMs - this.#clock.now()), this.#wake.signal);
    this.#wake = null;
  }
}
