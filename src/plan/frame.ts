import type { PlanIssue } from "./issue.ts";

const CONTEXT_LINES = 2;
const WIDTH_MAX = 120;
/** Kept before the caret when a long line is cut. */
const LEAD = 40;

/** The line with its neighbours, a caret under the column, what is wrong and what to write. Safe to print anywhere. */
export function codeFrame(text: string, issue: PlanIssue): string {
  const lines = linesAround(text, issue.line);
  const digits = String(issue.line + CONTEXT_LINES).length;
  const cut = Math.max(0, issue.column - 1 - (WIDTH_MAX - LEAD));
  const shown = lines.flatMap(({ number, line }) => {
    const isFault = number === issue.line;
    const prefix = `${isFault ? ">" : " "} ${String(number).padStart(digits)} | `;
    const framed = `${prefix}${showPart(line, cut)}`.trimEnd();
    if (!isFault) return [framed];
    const lead = showPart(line.slice(0, issue.column - 1), cut);
    return [framed, `  ${" ".repeat(digits)} | ${" ".repeat(widthOf(lead))}^`];
  });
  return [...shown, `${printable(issue.message)}`, `${printable(issue.hint)}`].join("\n");
}

/** Finds the few lines without splitting a text that may be long. */
function linesAround(text: string, wanted: number): { number: number; line: string }[] {
  const lines: { number: number; line: string }[] = [];
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  for (let number = 1; start <= text.length && number <= wanted + CONTEXT_LINES; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline;
    if (number >= wanted - CONTEXT_LINES) lines.push({ number, line: text.slice(start, end) });
    start = end + 1;
  }
  return lines;
}

function showPart(line: string, cut: number): string {
  const part = printable(line.slice(cut, cut + WIDTH_MAX).replace(/\r$/, ""));
  const before = cut > 0 ? "…" : "";
  const after = line.length > cut + WIDTH_MAX ? "…" : "";
  return `${before}${part}${after}`;
}

/** A plan may come from a stranger's pull request: nothing in it may move a terminal's cursor or reorder text. */
function printable(text: string): string {
  return text.replaceAll("\t", " ").replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "\u{FFFD}");
}

/** Columns on a terminal: wide East Asian characters take two. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) width += isWide(character.codePointAt(0) ?? 0) ? 2 : 1;
  return width;
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xa4cf) ||
    (code >= 0xac00 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xfe30 && code <= 0xfe6f) ||
    (code >= 0xff00 && code <= 0xff60) ||
    (code >= 0x1f300 && code <= 0x1faff) ||
    (code >= 0x20000 && code <= 0x3fffd)
  );
}
