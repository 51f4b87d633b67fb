/** Characters of one line that are kept: long enough that a cut for display never splits a secret. */
const LINE_CHARS_MAX = 16_384;

// Built from text, so that no control character stands in this file.
const ESCAPE_SEQUENCES = new RegExp(
  [
    "(?:\\u001b\\[|\\u009b)[0-?]*[ -/]*[@-~]", // colours, cursor movements
    "(?:\\u001b[\\]P^_X]|[\\u009d\\u0090\\u009e\\u009f\\u0098])[^\\u0007\\u001b\\u009c]*(?:\\u0007|\\u001b\\\\|\\u009c)", // titles, links
    "\\u001b[ -/]*[0-Z\\\\^-~]", // everything shorter
  ].join("|"),
  "g",
);
const UNSEEN = new RegExp(
  [
    "[\\u0000-\\u0008\\u000a-\\u001f\\u007f-\\u009f]", // C0 but tab, C1
    "[\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]", // bidirectional controls
    "[\\u2028\\u2029\\ufeff]", // line and paragraph separators, byte-order mark
  ].join("|"),
  "g",
);
const HALF_CHARACTER = /\p{Cs}/gu;
const PLAIN = /^[\t\x20-\x7e]*$/;

/**
 * Makes one line from outside harmless: nothing left that a terminal, a bidirectional display or the
 * runner's `##[command]` would act on. Whoever prints it puts something in front, so that it never
 * starts with `::` either. Repeating it changes nothing.
 */
export function sanitiseLine(text: string): string {
  const line = text.length > LINE_CHARS_MAX ? text.slice(0, LINE_CHARS_MAX) : text;
  const seen = PLAIN.test(line)
    ? line
    : line.replace(ESCAPE_SEQUENCES, "").replace(UNSEEN, "").replace(HALF_CHARACTER, "\ufffd");
  return seen.includes("##[") ? seen.replaceAll("##[", "## [") : seen;
}
