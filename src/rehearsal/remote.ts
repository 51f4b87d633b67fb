import type { Holder } from "../rollout/event-parts.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { Life } from "./life.ts";

export type LeaseRecord = Readonly<{
  commit: number;
  token: number;
  /** The token of whoever has touched anything last. */
  acted: number;
  state: "held" | "released";
  /** From a holder that had not given it back. */
  isTakenOver: boolean;
  holder: Holder;
  machine: string;
  /** By the holder's clock. */
  expiresMs: number;
  /** The truth about the holder, which only its own machine can find out. */
  life: Life;
}>;

export type Push = Readonly<{
  commit: number;
  /** What both references must be now. */
  head: number;
  leaseCommit: number;
  /** Added to the journal; none leaves it where it is. */
  events: readonly ChangeEvent[];
  lease: LeaseRecord;
}>;

/** The git remote: two references, journal and lease, that move together or not at all. */
export class Remote {
  readonly events: ChangeEvent[] = [];
  head = 0;
  lease: LeaseRecord | null = null;
  pushes = 0;
  #commits = 0;
  readonly #keeps: boolean;

  /** `keeps: false` takes events without remembering them. */
  constructor({ keeps }: Readonly<{ keeps: boolean }>) {
    this.#keeps = keeps;
  }

  nextCommit(): number {
    return ++this.#commits;
  }

  /** A compare-and-swap over both. */
  accept(push: Push): "accepted" | "contested" {
    this.pushes++;
    if (this.holds(push)) return "accepted";
    if (this.head !== push.head || (this.lease?.commit ?? 0) !== push.leaseCommit) return "contested";
    if (push.events.length > 0) {
      // One by one: a push may hold more events than a call takes arguments.
      if (this.#keeps) for (const event of push.events) this.events.push(event);
      this.head = push.commit;
    }
    this.lease = push.lease;
    return "accepted";
  }

  /** Whether it is there already: an answer may have been lost. */
  holds({ commit }: Push): boolean {
    return this.lease?.commit === commit;
  }
}
