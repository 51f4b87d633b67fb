import type { Glyphs } from "./glyphs.ts";
import { MARKS, type Mark, type Tally } from "./progress.ts";
import { type Span, span } from "./spans.ts";

/**
 * A bar of exactly `width` cells. Every kind that occurs gets at least one cell as long as there is
 * room, so that one failed target among thousands is seen.
 */
export function renderBar(tally: Tally, width: number, glyphs: Glyphs): Span[] {
  const cells = shareCells(tally, width);
  return MARKS.filter((mark) => cells[mark] > 0).map((mark) =>
    span(glyphs.cells[mark].repeat(cells[mark]), mark),
  );
}

function shareCells(tally: Tally, width: number): Tally {
  const cells = { updated: 0, changing: 0, failed: 0, unknown: 0, undoing: 0, "rolled-back": 0, waiting: 0 };
  const present = MARKS.filter((mark) => tally[mark] > 0);
  const total = present.reduce((sum, mark) => sum + tally[mark], 0);
  if (total === 0) return { ...cells, waiting: width };
  for (const mark of present) cells[mark] = Math.max(1, Math.round((tally[mark] / total) * width));
  balance(cells, present, width);
  return cells;
}

/** Rounding and the cells given to the few are taken from, or given to, those with the most. */
function balance(cells: Tally, present: readonly Mark[], width: number): void {
  const used = () => present.reduce((sum, mark) => sum + cells[mark], 0);
  for (let excess = used() - width; excess !== 0; excess = used() - width) {
    const largest = present.reduce((most, mark) => (cells[mark] > cells[most] ? mark : most));
    const next = cells[largest] - Math.sign(excess);
    if (next < 0) return;
    cells[largest] = next;
  }
}
