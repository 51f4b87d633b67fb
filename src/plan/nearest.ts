/** Longer words are no typing mistakes of a key, and would make the table large. */
const WORD_CHARS_MAX = 40;

/**
 * The candidate that the word was most likely meant to be, or null when none is near. Abbreviations
 * come first: `env` is closer to `environment` than to any word of three letters.
 */
export function findNearest(word: string, candidates: readonly string[]): string | null {
  if (word.length > WORD_CHARS_MAX) return null;
  const extended = candidates.filter((candidate) => word.length > 1 && candidate.startsWith(word));
  return extended.length === 1 ? (extended[0] ?? null) : findSimilar(word, candidates);
}

function findSimilar(word: string, candidates: readonly string[]): string | null {
  const simple = simplify(word);
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > WORD_CHARS_MAX) continue;
    const distance = editDistance(simple, simplify(candidate));
    if (distance > reach(candidate) || (best !== null && distance >= best.distance)) continue;
    best = { candidate, distance };
  }
  return best?.candidate ?? null;
}

/** `maxUnavailable`, `max_unavailable` and `max-unavailable` are one word. */
function simplify(word: string): string {
  return word.toLowerCase().replaceAll("_", "").replaceAll("-", "").replaceAll(" ", "");
}

function reach(candidate: string): number {
  return candidate.length <= 3 ? 1 : Math.ceil(candidate.length / 3);
}

/** Insertions, deletions, replacements, and two neighbours swapped, each count one. */
function editDistance(from: string, to: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped =
        row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const cost = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      );
      current.push(swapped ? Math.min(cost, (before[column - 2] ?? 0) + 1) : cost);
    }
    before = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}
