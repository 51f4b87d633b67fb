/** Bytes of one line that are kept; the rest of a longer line is counted and dropped. */
const LINE_BYTES_MAX = 16_384;
const NEWLINE = 10;
const TORN = "\ufffd";

export type LineSplitter = Readonly<{
  push(chunk: Buffer): void;
  /** Bytes are missing here: what follows up to the next newline is no whole line, and is dropped. */
  skip(bytes: number): void;
  end(): void;
}>;

export type OnLine = (text: string, cutBytes: number) => void;

/** Turns chunks into lines, holding at most one bounded line whatever is printed. */
export function lineSplitter(onLine: OnLine): LineSplitter {
  let carry: Buffer | undefined;
  let held = 0;
  let cut = 0;
  let skipping = false;

  const hold = (part: Buffer) => {
    if (part.length === 0) return;
    carry ??= Buffer.allocUnsafe(LINE_BYTES_MAX);
    const kept = part.copy(carry, held);
    held += kept;
    cut += part.length - kept;
  };
  const emit = () => {
    const text = carry?.toString("utf8", 0, held) ?? "";
    // A character that the cut has torn would hide what stands before it from the redaction.
    if (!skipping) onLine(cut > 0 && text.endsWith(TORN) ? text.slice(0, -1) : text, cut);
    held = cut = 0;
    skipping = false;
  };

  return {
    push(chunk) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        if (held === 0 && !skipping && at - from <= LINE_BYTES_MAX)
          onLine(chunk.toString("utf8", from, at), 0);
        else {
          hold(chunk.subarray(from, at));
          emit();
        }
        from = at + 1;
      }
      hold(chunk.subarray(from));
    },
    skip(bytes) {
      cut += bytes;
      if (held > 0) emit();
      skipping = true;
    },
    end() {
      if (held > 0) emit();
    },
  };
}
