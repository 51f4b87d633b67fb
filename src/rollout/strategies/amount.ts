/** How a plan states a number of targets: outright, or as a share of all of them. */
export type Amount = Readonly<{ count: number }> | Readonly<{ percent: number }>;

/** A percentage is kept to four decimals, so that 33.3 % of 1,000 is 333 and not a rounding error less. */
const PARTS_PER_PERCENT = 10_000;

/** Rounded down; never less than one and never more than there are. */
export function resolveAmount(amount: Amount, total: number): number {
  const wanted = "count" in amount ? amount.count : shareOf(amount.percent, total);
  return Math.max(1, Math.min(wanted, total));
}

/** Rounded down, and zero where the share is less than one target: what a rule about that needs to know. */
export function shareOf(percent: number, total: number): number {
  return Math.floor((Math.round(percent * PARTS_PER_PERCENT) * total) / (100 * PARTS_PER_PERCENT));
}
