import { quoteLine } from "./clean.ts";
import { isPlainUrl } from "./markdown.ts";

/** Outside text within our sentences: bounded and inert. */

const DETAIL_POINTS_MAX = 300;

export function sayName(text: string): string {
  return quoteLine(text, 80) || "(unnamed)";
}

export function say(text: string): string {
  return quoteLine(text, DETAIL_POINTS_MAX) || "no details";
}

/** Ours, and meant to be followed; anything that is not plainly an address is inert like other text. */
export function sayUrl(text: string): string {
  return isPlainUrl(text) ? text : say(text);
}

/** Ours, and to be compared by eye: not broken up like other text, as long as it is one. */
export function sayDigest(text: string): string {
  return /^[0-9a-f]{12}/u.test(text) ? text.slice(0, 12) : sayName(text);
}
