const REASON_CHARS_MAX = 300;
const KEY_CHANGED = /REMOTE HOST IDENTIFICATION HAS CHANGED/;
const BANNER = /^[@\s]*$|^@.*@\s*$/;
/** ssh's advice for people at a terminal; its verdict stands in the last lines. */
const LINES_MAX = 3;

/** Why there was no connection, in ssh's own last words, as one bounded line. */
export function describeFailure(stderr: string, sanitise: (text: string) => string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .filter((line) => !BANNER.test(line))
    .map((line) => sanitise(line).trim())
    .filter((line) => line !== "");
  const words = lines.slice(-LINES_MAX).join(" ").slice(-REASON_CHARS_MAX);
  if (KEY_CHANGED.test(stderr)) return `the host's key is not the known one: ${words}`;
  return words === "" ? "the connection ended without a word" : words;
}
