import { BREAK, cleanLine, dropInvisible, neutralise, shorten } from "./clean.ts";

/** How outside text gets into Markdown: through this file and no other way. */

/** Running text: shows as it reads, and nothing in it is a mention, link, image, reference or markup. */
export function plain(text: string, pointsMax = 300): string {
  const line = neutralise(shorten(cleanLine(text), pointsMax));
  return line
    .replace(/:(?=[\w+-]+:)/gu, `:${BREAK}`) // a shortcode would become an image
    .replace(/[\\`*_[\]~|$!]/gu, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replace(/^([#+=-])/u, "\\$1")
    .replace(/^(\d+)([.)])/u, "$1\\$2");
}

/** Running text for a table cell. `plain` has already escaped what would end the cell. */
export function cell(text: string, pointsMax = 120): string {
  return plain(text, pointsMax);
}

/** A code span, one line; outside a table. */
export function code(text: string, pointsMax = 300): string {
  const line = quoteCode(shorten(cleanLine(text), pointsMax));
  if (line === "") return "(empty)";
  const ticks = "`".repeat(longestRun(line, "`") + 1);
  const pad = line.startsWith("`") || line.endsWith("`") ? " " : "";
  return `${ticks}${pad}${line}${pad}${ticks}`;
}

/** A code span for a table cell, where a pipe ends the cell even inside code. */
export function codeCell(text: string, pointsMax = 120): string {
  // A backslash before the pipe would be read as the escape's own escape.
  return code(text, pointsMax)
    .replace(/\\(?=\|)/gu, `\\${BREAK}`)
    .replaceAll("|", "\\|");
}

/** A block of outside text. Line ends stay; mentions are broken, since a quoting e-mail loses the fence. */
export function fence(text: string, pointsMax = 2_000): string {
  const lines = text.slice(0, pointsMax * 4).split(/\r\n|[\n\r\u2028\u2029]/u);
  const visible = lines.map((line) => dropInvisible(line.replaceAll("\t", "  "))).join("\n");
  return fenced(quoteCode(shorten(visible, pointsMax)), "text");
}

/**
 * A block to copy and run: not a character is changed, except that what cannot be seen is shown as
 * an escape. Only for text that was approved or that we wrote.
 */
export function fenceExact(text: string, language: string): string {
  return fenced(showInvisible(text), language);
}

/** Whether `fenceExact` would show the text as it is. */
export function isVisible(text: string): boolean {
  return showInvisible(text) === text;
}

/** A link of ours; an address that is not plainly one is shown as code instead. */
export function link(label: string, url: string): string {
  return isPlainUrl(url) ? `[${plain(label)}](${url})` : `${plain(label)}: ${code(url)}`;
}

/** No character in it can end a Markdown link, an attribute or a line. */
export function isPlainUrl(url: string): boolean {
  return (
    url.length <= 2_000 &&
    /^https?:\/\/[\w.-]+(:\d+)?(\/[\w.~%+,;=:@/-]*)?(\?[\w.~%+,;=:@/&-]*)?(#[\w.-]*)?$/u.test(url)
  );
}

/** Header and rule of a table whose rows follow. Columns that start with ">" are aligned to the right. */
export function tableHead(columns: readonly string[]): string {
  const names = columns.map((column) => column.replace(/^>/u, ""));
  const rules = columns.map((column) => (column.startsWith(">") ? "--:" : "---"));
  return `${tableRow(names)}\n${tableRow(rules)}`;
}

/** The cells must have been made by `cell`, `codeCell` or by us. */
export function tableRow(cells: readonly (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
}

function fenced(text: string, language: string): string {
  const ticks = "`".repeat(Math.max(3, longestRun(text, "`") + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** Code is not rendered, but it is found by searches for our marker, and quoted by e-mail. */
function quoteCode(text: string): string {
  return text.replaceAll("@", `@${BREAK}`).replaceAll("<!--", `<${BREAK}!--`);
}

function showInvisible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/gu, (found) =>
    found === "\n" || found === "\t" ? found : `\\u{${found.codePointAt(0)?.toString(16)}}`,
  );
}

function longestRun(text: string, character: string): number {
  let longest = 0;
  let run = 0;
  for (const point of text) {
    run = point === character ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
