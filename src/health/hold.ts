/** What one sample says of a trigger's condition. */
export type Answer = "breach" | "good" | "unknown";

/** How long a condition has held, as far as samples have shown it. */
export type Hold = Readonly<{
  heldMs: number;
  /** Breaches in a row; unknown samples count neither way. */
  samples: number;
  /** The last breach; null once an unknown sample has come after it. */
  lastMs: number | null;
}>;

export const NO_HOLD: Hold = { heldMs: 0, samples: 0, lastMs: null };

/**
 * A good sample starts the row anew, an unknown one does not advance it. From one sample to the next no
 * more counts than `gapMsMax`: a machine that slept has seen nothing meanwhile.
 */
export function observeHold(
  hold: Hold,
  answer: Answer,
  { nowMs, gapMsMax }: Readonly<{ nowMs: number; gapMsMax: number }>,
): Hold {
  if (answer === "good") return NO_HOLD;
  if (answer === "unknown") return hold.lastMs === null ? hold : { ...hold, lastMs: null };
  const gapMs = hold.lastMs === null ? 0 : Math.max(0, Math.min(nowMs - hold.lastMs, gapMsMax));
  return { heldMs: hold.heldMs + gapMs, samples: hold.samples + 1, lastMs: nowMs };
}

/** A condition without a time holds at its first sample; one with a time needs two of them at least. */
export function hasHeld({ heldMs, samples }: Hold, forMs: number): boolean {
  return samples >= (forMs > 0 ? 2 : 1) && heldMs >= forMs;
}
