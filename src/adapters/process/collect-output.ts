import { lastLines } from "./last-lines.ts";
import { type LineSplitter, lineSplitter } from "./split-lines.ts";

const TAIL_CHARS_MAX = 2_000;
const STDOUT_CHARS_MAX = 65_536;
const SHOWN_CHARS_MAX = 4_000;
const HALF_CHARACTER = /\p{Cs}/gu;
/** As the runner reads it, for which this line never becomes a command. */
const ADD_MASK = /^\s*(?:::add-mask(?: [^:]*)?::|.*## \[add-mask\])(.+)$/i;
/** A command that prints more than this is no longer shown, or read in full. */
const FLOOD_BYTES = 1_048_576;
/** Of each chunk of a flood only its end is read, for the last lines. */
const FLOOD_CHUNK_BYTES = 4_096;

/** The entry brings these; every adapter that runs commands is given the same ones. */
export type OutputRules = Readonly<{
  /** Shows one line. Must not throw. */
  output: Readonly<{ line(label: string, text: string): void }>;
  /** Takes out of a line what a terminal or the runner would act on. */
  sanitise: (text: string) => string;
  /** Masks the secrets of a line, which may have been cut in the middle of one. */
  redact: (text: string, isCut: boolean) => string;
  /** Whether a value holds a secret, and may therefore not be kept. */
  holdsSecret?: (value: string) => boolean;
  /** A command has said in GitHub's way, by `::add-mask::`, that this is a secret. */
  learn?: (secret: string) => void;
}>;

export type StreamName = "stdout" | "stderr";

export type OutputCollector = Readonly<{
  push(stream: StreamName, chunk: Buffer): void;
  /** Says something of our own among the command's lines. */
  note(text: string): void;
  finish(): { tail: string; stdout: string };
}>;

/**
 * Shows a command's lines as they come and keeps the last ones, in bounded memory. `stdout` is not
 * redacted: it carries values, and a masked version would be put back as the wrong one. So one that
 * holds a secret is withheld altogether.
 */
export function collectOutput(rules: OutputRules, label: string | null): OutputCollector {
  const tail = lastLines(TAIL_CHARS_MAX);
  const stdout = lastLines(STDOUT_CHARS_MAX);
  let bytes = 0;
  let hiddenBytes = 0;

  const show = (text: string) => {
    if (label !== null) rules.output.line(label, text);
  };
  const onLine = (stream: StreamName) => (raw: string, cutBytes: number) => {
    const plain = rules.sanitise(raw);
    const secret = ADD_MASK.exec(plain)?.[1];
    for (const form of secret === undefined ? [] : new Set([secret, decodeValue(secret)]))
      rules.learn?.(form);
    if (stream === "stdout") stdout.add(plain);
    const line = shorten(rules.redact(plain, cutBytes > 0), cutBytes);
    tail.add(line);
    if (bytes <= FLOOD_BYTES) show(line);
  };
  const splitters: Record<StreamName, LineSplitter> = {
    stdout: lineSplitter(onLine("stdout")),
    stderr: lineSplitter(onLine("stderr")),
  };

  return {
    push(stream, chunk) {
      bytes += chunk.length;
      const splitter = splitters[stream];
      if (bytes <= FLOOD_BYTES) return splitter.push(chunk);
      hiddenBytes += chunk.length;
      if (chunk.length <= FLOOD_CHUNK_BYTES) return splitter.push(chunk);
      splitter.skip(chunk.length - FLOOD_CHUNK_BYTES);
      splitter.push(chunk.subarray(-FLOOD_CHUNK_BYTES));
    },
    note: show,
    finish() {
      splitters.stdout.end();
      splitters.stderr.end();
      if (hiddenBytes > 0) {
        show(`(${hiddenBytes} more bytes of output are not shown; the last lines follow)`);
        for (const line of tail.text().split("\n")) show(line);
      }
      const value = stdout.text();
      return { tail: tail.text(), stdout: rules.holdsSecret?.(value) === true ? "" : value };
    },
  };
}

/** After the redaction, so that the cut leaves no half of a secret behind. */
function shorten(line: string, cutBytes: number): string {
  const over = Math.max(0, line.length - SHOWN_CHARS_MAX) + cutBytes;
  return over === 0 ? line : `${line.slice(0, SHOWN_CHARS_MAX).replace(HALF_CHARACTER, "")}… (${over} more)`;
}

/** The three characters that a runner's commands write as escapes. */
function decodeValue(text: string): string {
  return text.replaceAll("%0D", "\r").replaceAll("%0A", "\n").replaceAll("%25", "%");
}
