const WORDS_CHARS_MAX = 600;

/** What git or a server said, fit to be shown: one line, bounded, no control characters, no credentials. */
export function quoteWords(text: string): string {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => hideCredentials(plain(line)).trim())
    .filter((line) => line !== "" && !NOISE.test(line));
  const words = [...new Set(lines)].join("; ");
  return words.length > WORDS_CHARS_MAX ? `${words.slice(0, WORDS_CHARS_MAX)}…` : words;
}

/** A remote's address without the password that it may carry. */
export function hideCredentials(text: string): string {
  return text.replace(/:\/\/[^/@\s]{1,500}@/g, "://");
}

/** Control and direction-changing characters become spaces, so that no text moves a cursor or a line. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/** Progress, advice and the summary line say nothing about the cause. */
const NOISE =
  /^(To \S+$|hint: |Done$|error: failed to push some refs|(remote: )?(Counting|Compressing|Total|Resolving)\b)/;
