import * as z from "zod";
import { withHint } from "./hints.ts";

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Where waiting must take time. In the document it is a number of milliseconds. */
export const Duration = withHint(
  z
    .string()
    .regex(/^([1-9][0-9]{0,2}d|[1-9][0-9]{0,3}h|[1-9][0-9]{0,5}m|[1-9][0-9]{0,7}m?s)$/)
    .transform(toMs),
  "a number and a unit, such as 250ms, 30s, 10m, 2h or 1d, and at most 999d",
);

/** Where waiting is optional. */
export const DurationOrZero = withHint(
  z
    .string()
    .regex(/^(0(ms|s|m|h|d)|[1-9][0-9]{0,2}d|[1-9][0-9]{0,3}h|[1-9][0-9]{0,5}m|[1-9][0-9]{0,7}m?s)$/)
    .transform(toMs),
  "a number and a unit, such as 30s, 10m or 2h and at most 999d, or 0s for none",
);

function toMs(text: string): number {
  const unit = text.endsWith("ms") ? "ms" : (text.slice(-1) as keyof typeof UNIT_MS);
  return Number(text.slice(0, -unit.length)) * UNIT_MS[unit];
}
