/** Half-open: the start is inside, the end is not. Milliseconds since the epoch. */
export type Interval = Readonly<{ startMs: number; endMs: number }>;

/** In order, without empty ones; what overlaps or adjoins becomes one. */
export function mergeIntervals(intervals: readonly Interval[]): Interval[] {
  const merged: { startMs: number; endMs: number }[] = [];
  const sorted = intervals
    .filter(({ startMs, endMs }) => startMs < endMs)
    .sort((a, b) => a.startMs - b.startMs);
  for (const { startMs, endMs } of sorted) {
    const last = merged.at(-1);
    if (last === undefined || startMs > last.endMs) merged.push({ startMs, endMs });
    else last.endMs = Math.max(last.endMs, endMs);
  }
  return merged;
}

/** What is left of the merged `open` outside of the merged `denied`. */
export function subtractIntervals(open: readonly Interval[], denied: readonly Interval[]): Interval[] {
  const left: Interval[] = [];
  let next = 0;
  for (const { startMs, endMs } of open) {
    let fromMs = startMs;
    while ((denied[next]?.endMs ?? Number.POSITIVE_INFINITY) <= startMs) next += 1;
    for (let at = next; (denied[at]?.startMs ?? Number.POSITIVE_INFINITY) < endMs; at += 1) {
      const hole = denied[at] as Interval;
      if (fromMs < hole.startMs) left.push({ startMs: fromMs, endMs: hole.startMs });
      fromMs = hole.endMs;
    }
    if (fromMs < endMs) left.push({ startMs: fromMs, endMs });
  }
  return left;
}

/** The parts that lie within the range. */
export function clipIntervals(intervals: readonly Interval[], range: Interval): Interval[] {
  return intervals
    .map(({ startMs, endMs }) => ({
      startMs: Math.max(startMs, range.startMs),
      endMs: Math.min(endMs, range.endMs),
    }))
    .filter(({ startMs, endMs }) => startMs < endMs);
}
