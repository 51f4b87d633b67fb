import { findNearest } from "../nearest.ts";

const SHOWN_MAX = 10;
/** A longer list is no help, and would take its time. */
const COMPARED_MAX = 50;

/** What to write instead of a name that nothing has. */
export function hintForName(word: string, names: readonly string[], none: string): string {
  const nearest = findNearest(word, names.slice(0, COMPARED_MAX));
  if (nearest !== null) return `Write \`${nearest}\`.`;
  if (names.length === 0) return none;
  const more = names.length > SHOWN_MAX ? ", …" : "";
  return `Write one of ${names.slice(0, SHOWN_MAX).join(", ")}${more}.`;
}
