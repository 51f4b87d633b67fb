/** Longer words are no measurement, whatever they begin with. */
const WORD_CHARS_MAX = 64;
const NUMBER = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?%?$/i;
const NOT_A_NUMBER = /^[-+]?(?:nan|inf|infinity)$/i;

/**
 * The last word that looks like a measurement decides; null when it is none after all, because it has
 * a unit, is no number or infinite, or when there is no such word.
 */
export function lastNumber(text: string): number | null {
  const words = text.split(/[\s=]+/);
  const word = words.findLast((one) => /\d/.test(one) || NOT_A_NUMBER.test(one));
  if (word === undefined || word.length > WORD_CHARS_MAX || !NUMBER.test(word)) return null;
  const value = Number(word.replace("%", ""));
  return Number.isFinite(value) ? value : null;
}
