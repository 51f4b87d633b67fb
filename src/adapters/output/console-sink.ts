import { sanitiseLine } from "./sanitise.ts";

const SHOWN_CHARS_MAX = 4_000;
const HALF_CHARACTER = /\p{Cs}/gu;

/** Where the lines that commands print go. `label` says whose line it is. */
export type OutputSink = { line(label: string, text: string): void };

/**
 * Writes whole lines, each behind its label, so that the runner never sees `::` at a line's start.
 * The cut comes after the redaction: half a secret would not be recognised.
 */
export function consoleSink(options: {
  write: (text: string) => void;
  redact: (text: string) => string;
}): OutputSink {
  const shown = (text: string) => cut(options.redact(sanitiseLine(text)));
  return {
    line(label, text) {
      const front = shown(label).replace(/^[\s:]+/, "");
      options.write(`${front} | ${shown(text)}\n`);
    },
  };
}

function cut(text: string): string {
  if (text.length <= SHOWN_CHARS_MAX) return text;
  const head = text.slice(0, SHOWN_CHARS_MAX).replace(HALF_CHARACTER, "");
  return `${head}… (${text.length - SHOWN_CHARS_MAX} more characters)`;
}
