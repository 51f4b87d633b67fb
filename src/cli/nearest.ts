import { findNearest as findSimilar } from "../plan/nearest.ts";

/**
 * The candidate that a typed word was most likely meant to be, or null. Abbreviations come first: `env`
 * is closer to `environment` than to any word of three letters.
 */
export function findNearest(word: string, candidates: readonly string[]): string | null {
  const extended = candidates.filter((candidate) => word.length > 1 && candidate.startsWith(word));
  return extended.length === 1 ? (extended[0] ?? null) : findSimilar(word, candidates);
}
