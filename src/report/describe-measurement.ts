import type { Measurement } from "../rollout/event-parts.ts";
import { quoteLine } from "./clean.ts";
import { sayName } from "./event-words.ts";
import { countOf, formatValue } from "./wording.ts";

const SHOWN = 3;

/** What was measured: `web-03 alive: unhealthy, 503 instead of 200`. */
export function describeMeasurement(measurement: Measurement): string {
  const { target, check, verdict } = measurement;
  const subject = target === null ? sayName(check) : `${sayName(target)} ${sayName(check)}`;
  return `${subject}: ${verdict}, ${describeSample(measurement)}`;
}

/** The bad ones, each behind the name of its check; then how many more there are. */
export function describeTelling(measurements: readonly Measurement[]): string[] {
  const telling = measurements.filter(({ verdict }) => verdict !== "healthy");
  const shown = telling.slice(0, SHOWN).map((m) => `${sayName(m.check)}: ${describeSample(m)}`);
  const left = telling.length - shown.length;
  return left > 0 ? [...shown, `${countOf(left, "check")} more`] : shown;
}

export function describeSample({ value, detail }: Measurement): string {
  const told = [value === null ? "" : `measured ${formatValue(value)}`, quoteLine(detail, 160)];
  return [...new Set(told)].filter((part) => part !== "").join(", ") || "no details";
}
