import { cutToWidth, displayWidth } from "./columns.ts";
import type { Mark } from "./progress.ts";

/** A stretch of a terminal line in one style. The text is inert and one line. */
export type Span = Readonly<{ text: string; style: Style }>;
export type Style = Mark | "plain" | "bold" | "dim";

/** SGR parameters. */
const CODES: Readonly<Record<Style, string>> = {
  plain: "",
  bold: "1",
  dim: "2",
  waiting: "2",
  updated: "32",
  changing: "36",
  failed: "31",
  unknown: "33",
  undoing: "35",
  "rolled-back": "34",
};

export function span(text: string, style: Style = "plain"): Span {
  return { text, style };
}

export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, { text }) => sum + displayWidth(text), 0);
}

/** Never wider than the columns: what is too long ends with the mark. */
export function fitSpans(spans: readonly Span[], columns: number, mark: string): Span[] {
  if (spansWidth(spans) <= columns) return [...spans];
  const fitted: Span[] = [];
  let left = columns;
  for (const { text, style } of spans) {
    const width = displayWidth(text);
    const isLast = width >= left;
    const kept = isLast ? cutToWidth(`${text}${width === left ? " " : ""}`, left, mark) : text;
    if (kept !== "") fitted.push({ text: kept, style });
    if (isLast) break;
    left -= width;
  }
  return fitted;
}

/** `left` at the start of the line, `right` at its end; the left side gives way. */
export function spread(left: readonly Span[], right: readonly Span[], line: Line): Span[] {
  const room = line.columns - spansWidth(right) - 1;
  if (room < 10) return fitSpans(left, line.columns, line.mark);
  const fitted = fitSpans(left, room, line.mark);
  return [...fitted, span(" ".repeat(line.columns - spansWidth(fitted) - spansWidth(right))), ...right];
}

/** How wide a line may be, and what shows that it was cut. */
export type Line = Readonly<{ columns: number; mark: string }>;

export function paint(spans: readonly Span[], color: boolean): string {
  const text = spans.map((part) => (color ? colored(part) : part.text)).join("");
  return text.trimEnd();
}

function colored({ text, style }: Span): string {
  const code = CODES[style];
  return code === "" || text.trim() === "" ? text : `\u001b[${code}m${text}\u001b[0m`;
}
