import { formatCount } from "./wording.ts";

/** Rows of which as many are shown as the document has room for. */
export type Block = Readonly<{
  /** Heading and table head; always shown. */
  head: string;
  /** The most important first; or in order, where `cut` is "middle". */
  rows: readonly string[];
  /** Of all rows, also of those that were never rendered. */
  total: number;
  /** What one row is, in the line that tells how many are missing. */
  noun: string;
  cut: "end" | "middle";
  /** A table ends with a blank line before that line; a list does not. */
  tail?: string;
}>;

export type Part = string | Block;

/** Room for the line that tells what is missing. */
const NOTICE_CHARS = 200;

/**
 * Joins the parts within a bound. Text stays whole; what it leaves is shared among the blocks: those
 * that need less than an equal share get all they need, and the others share what is left.
 */
export function fitParts(parts: readonly Part[], charsMax: number, seeAll: string): string {
  const blocks = parts.filter((part) => typeof part !== "string");
  const fixed = parts.reduce((sum, part) => sum + fixedChars(part, seeAll), 0);
  const room = shareRoom(
    blocks.map((block) => rowsChars(block.rows)),
    Math.max(0, charsMax - fixed),
  );
  const texts = parts.map((part) =>
    typeof part === "string" ? part : renderBlock(part, room[blocks.indexOf(part)] ?? 0, seeAll),
  );
  return texts
    .map((text) => text.trimEnd())
    .filter((text) => text !== "")
    .join("\n\n");
}

function fixedChars(part: Part, seeAll: string): number {
  if (typeof part === "string") return part.length + 2;
  return part.head.length + (part.tail?.length ?? 0) + seeAll.length + NOTICE_CHARS;
}

function rowsChars(rows: readonly string[]): number {
  return rows.reduce((sum, row) => sum + row.length + 1, 0);
}

/** Equal shares, refilled by what the modest do not need. */
export function shareRoom(needs: readonly number[], room: number): number[] {
  const shares = needs.map(() => 0);
  const order = needs.map((need, index) => ({ need, index })).sort((a, b) => a.need - b.need);
  let left = room;
  for (const [position, { need, index }] of order.entries()) {
    const share = Math.min(need, Math.floor(left / (order.length - position)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

function renderBlock(block: Block, room: number, seeAll: string): string {
  if (block.total === 0) return "";
  const shown = block.cut === "end" ? cutEnd(block, room, seeAll) : cutMiddle(block, room, seeAll);
  return [block.head, ...shown].join("\n") + (block.tail ?? "");
}

function cutEnd(block: Block, room: number, seeAll: string): string[] {
  const count = countFitting(block.rows, room);
  const shown = block.rows.slice(0, count);
  const left = block.total - count;
  return left === 0 ? shown : [...shown, "", notice(left, block.noun, seeAll)];
}

function cutMiddle(block: Block, room: number, seeAll: string): string[] {
  const all = countFitting(block.rows, room);
  if (all === block.rows.length) return [...block.rows];
  const first = countFitting(block.rows, room / 2);
  const last = countFitting([...block.rows.slice(first)].reverse(), room / 2);
  const left = block.rows.length - first - last;
  return [
    ...block.rows.slice(0, first),
    `- ${notice(left, block.noun, seeAll)}`,
    ...block.rows.slice(block.rows.length - last),
  ];
}

function countFitting(rows: readonly string[], room: number): number {
  let used = 0;
  for (const [index, row] of rows.entries()) {
    used += row.length + 1;
    if (used > room) return index;
  }
  return rows.length;
}

function notice(left: number, noun: string, seeAll: string): string {
  return `_${formatCount(left)} more ${noun} left out here. ${seeAll}_`;
}
