import type { ChangeEvent } from "./events.ts";

/** From here on the journal itself says whether facts were lost before. */
export function tellsOfLoss({ kind }: ChangeEvent): boolean {
  return kind === "resumed" || kind === "attempt-started";
}
