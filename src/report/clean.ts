/** Zero-width space: splits what a renderer would otherwise join into a mention, a reference or a link. */
export const BREAK = "\u200b";

/** More than any text that is shown; cut before the expressions below look at it. */
const INPUT_CHARS_MAX = 100_000;

/**
 * One line that shows as it reads: no control, bidirectional or invisible characters, no half of a
 * surrogate pair, and nothing that a runner would take for a command.
 */
export function cleanLine(text: string): string {
  const visible = dropInvisible(text.slice(0, INPUT_CHARS_MAX).replace(/\s+/gu, " ")).trim();
  // A visible break: the runner may compare by culture, where zero-width characters do not count.
  return visible.replaceAll("##[", "# #[").replace(/^::/u, ": :");
}

/** Removes what cannot be seen; also what would change the direction in which the rest is read. */
export function dropInvisible(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu, "")
    .replace(/\p{Cs}/gu, "\ufffd");
}

/** Its first colon. The second one may be ours, behind the text. */
const SHORTCODE = /:(?!\d\d(?::\d\d)?(?!\w))(?=[\w+-]+(?::|$))/gu;

/** At most `pointsMax` code points; never half a surrogate pair. */
export function shorten(text: string, pointsMax: number): string {
  if (text.length <= pointsMax) return text;
  const points: string[] = [];
  for (const point of text) {
    if (points.length === pointsMax) return `${points.slice(0, -1).join("")}…`;
    points.push(point);
  }
  return text;
}

/**
 * Breaks mentions, links, references to issues (and with them the closing keywords) and to commits, and
 * the shortcodes that would become pictures; a time of day stays.
 * Escapes do not stop these, because they are looked for after the Markdown has been read.
 */
export function neutralise(text: string): string {
  return text
    .replaceAll("@", `@${BREAK}`)
    .replace(/#(?=\d)/gu, `#${BREAK}`)
    .replace(/\bGH-(?=\d)/giu, (found) => found + BREAK)
    .replace(/:(?=\/\/)/gu, `:${BREAK}`)
    .replace(SHORTCODE, `:${BREAK}`)
    .replace(/\bwww(?=\.)/giu, (found) => found + BREAK)
    .replace(/(?<![0-9a-z])(?=\d*[a-f])[0-9a-f]{7,40}(?![0-9a-z])/giu, breakUp);
}

function breakUp(commit: string): string {
  return commit.replace(/.{6}(?=.)/gu, (found) => found + BREAK);
}

/** Outside text for one plain line: a log, a commit message, a title. */
export function quoteLine(text: string, pointsMax = 120): string {
  return neutralise(shorten(cleanLine(text), pointsMax));
}
