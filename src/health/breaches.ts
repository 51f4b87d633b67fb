import type { Trigger } from "../plan/change.ts";
import { type Answer, type Hold, hasHeld, NO_HOLD, observeHold } from "./hold.ts";

type Sampled = Readonly<{ target: string | null; answer: Answer; nowMs: number; gapMsMax: number }>;

/** What a sample has changed: a condition begins or ends to hold, or has held for its time. */
export type BreachChange = "began" | "ended" | "fired";

/**
 * The holds of one trigger: one for each target where any may break it, a single one where a share of all
 * targets has to. A condition fires once, and again only after it has ended.
 */
export class Breaches {
  readonly #trigger: Trigger;
  readonly #targets: number;
  readonly #holds = new Map<string | null, Hold>();
  /** Where a share counts: what is in neither has not been measured. */
  readonly #breaching = new Set<string | null>();
  readonly #good = new Set<string | null>();
  readonly #fired = new Set<string | null>();

  constructor(trigger: Trigger, targets: number) {
    this.#trigger = trigger;
    this.#targets = targets;
  }

  /** Goes on from what another process has seen. */
  seed(target: string | null, heldMs: number): void {
    this.#holds.set(target, { heldMs, samples: 1, lastMs: null });
  }

  /** Nobody looks at it for a while, as when it is being changed: that time proves nothing. */
  lose(target: string): void {
    const hold = this.#holds.get(target);
    if (hold !== undefined && hold.lastMs !== null) this.#holds.set(target, { ...hold, lastMs: null });
  }

  observe(sampled: Sampled): Readonly<{ target: string | null; change: BreachChange }> | null {
    const { when } = this.#trigger;
    if (when.kind !== "check") return null;
    if (when.share === null) return this.#observeOne(sampled);
    return this.#observeOne({ ...sampled, target: null, answer: this.#answerOfAll(sampled, when.share) });
  }

  /** Three answers here, too: one target that nobody can measure neither stops the others' time nor counts as well. */
  #answerOfAll({ target, answer }: Sampled, share: number): Answer {
    if (answer === "breach") this.#breaching.add(target);
    else this.#breaching.delete(target);
    if (answer === "good") this.#good.add(target);
    else this.#good.delete(target);
    const isShare = (count: number) => count * 100 >= this.#targets * share;
    if (isShare(this.#breaching.size)) return "breach";
    return isShare(this.#targets - this.#good.size) ? "unknown" : "good";
  }

  #observeOne({ target, answer, ...at }: Sampled): ReturnType<Breaches["observe"]> {
    const { when } = this.#trigger;
    const before = this.#holds.get(target) ?? NO_HOLD;
    const hold = observeHold(before, answer, at);
    if (hold.samples === 0) {
      this.#holds.delete(target);
      this.#fired.delete(target);
      return before.samples > 0 ? { target, change: "ended" } : null;
    }
    this.#holds.set(target, hold);
    const forMs = when.kind === "check" ? when.forMs : 0;
    if (!this.#fired.has(target) && answer === "breach" && hasHeld(hold, forMs)) {
      this.#fired.add(target);
      return { target, change: "fired" };
    }
    return before.samples === 0 ? { target, change: "began" } : null;
  }
}
