const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** As a plan writes it, in the largest unit that fits exactly. */
export function printDuration(ms: number): string {
  if (ms === 0) return "0s";
  for (const [unit, unitMs] of UNITS) {
    if (ms % unitMs === 0) return `${ms / unitMs}${unit}`;
  }
  return `${ms}ms`;
}

/** Roughly, for people: the two largest units. Never less than it is. */
export function printSpan(ms: number): string {
  const first = UNITS.find(([, unitMs]) => ms >= unitMs);
  if (first === undefined) return ms > 0 ? "1s" : "0s";
  const [unit, unitMs] = first;
  const [smaller, smallerMs] = UNITS[UNITS.indexOf(first) + 1] ?? first;
  const rounded = Math.ceil(ms / smallerMs) * smallerMs;
  if (rounded !== ms) return printSpan(rounded);
  const rest = (rounded % unitMs) / smallerMs;
  return rest === 0
    ? `${rounded / unitMs}${unit}`
    : `${Math.floor(rounded / unitMs)}${unit} ${rest}${smaller}`;
}
