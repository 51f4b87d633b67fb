const WORDS_CHARS_MAX = 1_000;
const NOISE_CHARS_MAX = 4_000;
const NEWLINE = 10;

export type FrameReader = Readonly<{
  push(chunk: Buffer): void;
  /** What came before the first of our lines: a login profile's noise, or why there was no shell. */
  noise(): string;
}>;

type Handlers = Readonly<{
  /** What the script prints: everything between the first and the second of our lines. */
  content: (chunk: Buffer) => void;
  /** One of our lines, without the frame. */
  words: (text: string) => void;
}>;

/**
 * Takes a stream apart: our own lines begin with the frame, wherever they stand. Holds back at most
 * what may be the beginning of a frame, so that a line is shown as soon as it is there.
 */
export function readFrames(frame: string, { content, words }: Handlers): FrameReader {
  const needle = Buffer.from(frame);
  let held: Buffer = Buffer.alloc(0);
  let noise = Buffer.alloc(0);
  let isInside = false;
  let isLine = false;

  const emit = (part: Buffer) => {
    if (part.length === 0) return;
    if (isInside) content(part);
    else noise = Buffer.concat([noise, part]).subarray(-NOISE_CHARS_MAX);
  };
  const endLine = (text: string) => {
    isLine = false;
    isInside = true;
    words(text.trim());
  };
  /** False when more has to come first. */
  const step = (): boolean => {
    if (isLine) {
      const end = held.indexOf(NEWLINE);
      if (end < 0 && held.length < WORDS_CHARS_MAX) return false;
      const line = held.toString("utf8", 0, end < 0 ? WORDS_CHARS_MAX : end);
      held = held.subarray(end < 0 ? WORDS_CHARS_MAX : end + 1);
      endLine(line);
      return true;
    }
    const at = held.indexOf(needle);
    const upTo = at < 0 ? held.length - overlap(held, needle) : at;
    emit(held.subarray(0, upTo));
    held = held.subarray(at < 0 ? upTo : at + needle.length);
    isLine = at >= 0;
    return at >= 0;
  };

  return {
    push(chunk) {
      held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      while (held.length > 0 && step());
    },
    noise: () => noise.toString("utf8"),
  };
}

/** How many bytes at the end may be the beginning of the needle. */
function overlap(text: Buffer, needle: Buffer): number {
  for (let length = Math.min(text.length, needle.length - 1); length > 0; length--) {
    if (text.subarray(-length).equals(needle.subarray(0, length))) return length;
  }
  return 0;
}
