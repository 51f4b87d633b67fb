import type { Clock } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";

type Alarm = Readonly<{ atMs: number; cancel: AbortController }>;

/** Where effects leave their facts, in the order in which they ended, for the loop to pick up. */
export class Mailbox {
  readonly #clock: Clock;
  #facts: Fact[] = [];
  #wake: () => void = () => {};
  /** Outlives the wait that set it: a timer for every wait would cost more than what is waited for. */
  #alarm: Alarm | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  post(fact: Fact): void {
    this.#facts.push(fact);
    this.rouse();
  }

  /** Ends a wait without a fact: something else has changed. */
  rouse(): void {
    this.#wake();
  }

  drain(): readonly Fact[] {
    const facts = this.#facts;
    this.#facts = [];
    return facts;
  }

  /** Until a fact arrives, somebody rouses, or the time has come; or for no reason, which is rare. */
  async wait(untilMs: number): Promise<void> {
    if (this.#facts.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#setAlarm(untilMs);
    });
  }

  /** Leaves no timer behind. */
  close(): void {
    this.#alarm?.cancel.abort("over");
    this.#alarm = null;
  }

  #setAlarm(atMs: number): void {
    if (this.#alarm !== null && this.#alarm.atMs <= atMs) return;
    this.close();
    const alarm: Alarm = { atMs, cancel: new AbortController() };
    this.#alarm = alarm;
    this.#clock.sleep(Math.max(0, atMs - this.#clock.now()), alarm.cancel.signal).then(() => {
      if (this.#alarm !== alarm) return;
      this.#alarm = null;
      this.rouse();
    });
  }
}
