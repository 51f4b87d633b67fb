import { createHash } from "node:crypto";
import { ChangeError } from "../../errors.ts";
import { ChangeEvent } from "../../rollout/events.ts";

/** A place in the chain: the sum covers every event up to and including `seq`. */
export type Link = Readonly<{ seq: number; sum: string }>;
export type Entry = Link & Readonly<{ event: ChangeEvent; line: string }>;

const LINE_BYTES_MAX = 1024 * 1024;
const HEADER = /^\{"seq":(\d{1,15}),"len":(\d{1,9}),"sum":"([0-9a-f]{64})","event":/;
const HEADER_BYTES_MAX = 130;
const NEWLINE = 10;

/** Where a change's chain begins. It names the change, so that a journal copied to another name is noticed. */
export function originOf(environment: string, changeId: string): Link {
  return { seq: 0, sum: sumOf("change-deploy journal 1", JSON.stringify([environment, changeId])) };
}

/** The event as the next line. Refuses what `decodeLines` would refuse: a journal must never be poisoned. */
export function encodeEvent(after: Link, event: ChangeEvent): Entry {
  ChangeEvent.parse(event);
  const text = JSON.stringify(event);
  const len = Buffer.byteLength(text);
  if (len > LINE_BYTES_MAX) throw new Error(`An event of ${len} bytes is more than a journal line holds.`);
  const seq = after.seq + 1;
  const sum = sumOf(after.sum, text);
  return { seq, sum, event, line: `{"seq":${seq},"len":${len},"sum":"${sum}","event":${text}}\n` };
}

/** Every whole line, each checked against the one before; `rest` is what follows the last newline. */
export function decodeLines(bytes: Buffer, after: Link, place: string): { entries: Entry[]; rest: Buffer } {
  const entries: Entry[] = [];
  let last = after;
  let start = 0;
  for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
    const entry = decodeLine(bytes.subarray(start, end + 1), last, place);
    entries.push(entry);
    last = entry;
    start = end + 1;
  }
  return { entries, rest: bytes.subarray(start) };
}

/**
 * Can `rest` be the beginning of a line whose writing was cut short? Only such a tail was never
 * acknowledged. File systems may fill the missing part with NUL bytes.
 */
export function isTorn(rest: Buffer): boolean {
  let length = rest.length;
  while (length > 0 && rest[length - 1] === 0) length--;
  const header = HEADER.exec(rest.toString("latin1", 0, Math.min(length, HEADER_BYTES_MAX)));
  if (!header) return length < HEADER_BYTES_MAX;
  const whole = header[0].length + Number(header[2]) + "}".length;
  return length < whole || rest.length === whole;
}

function decodeLine(line: Buffer, after: Link, place: string): Entry {
  const where = `${place}, event ${after.seq + 1}`;
  const header = HEADER.exec(line.toString("latin1", 0, HEADER_BYTES_MAX));
  if (!header) throw corrupt(where, "the line is not one that change-deploy writes");
  const [head, seq, len, sum] = header as unknown as [string, string, string, string];
  const text = line.subarray(head.length, line.length - "}\n".length);
  if (Number(seq) !== after.seq + 1) throw corrupt(where, `the line says it is event ${seq}`);
  if (Number(len) !== text.length || !line.subarray(-2).equals(END))
    throw corrupt(where, "its length is wrong");
  if (sumOf(after.sum, text) !== sum) throw corrupt(where, "its checksum is wrong");
  return { seq: after.seq + 1, sum, event: readEvent(text, where), line: line.toString("utf8") };
}

const END = Buffer.from("}\n");

/** The checksum has passed, so a text that cannot be read is not damage: somebody newer wrote it. */
function readEvent(text: Buffer, where: string): ChangeEvent {
  const event = ChangeEvent.safeParse(parseJson(text));
  if (event.success) return event.data;
  const problem = event.error.issues[0];
  throw new ChangeError(
    "JOURNAL_CORRUPT",
    `${where}: this version of change-deploy does not know this event.`,
    {
      cause: event.error,
      hint: `Go on with the version that wrote it, or a newer one (${problem?.path.join(".")}: ${problem?.message}).`,
    },
  );
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    return null;
  }
}

function sumOf(previous: string, text: string | Buffer): string {
  return createHash("sha256").update(previous).update("\n").update(text).digest("hex");
}

export function corrupt(place: string, problem: string, hint?: string): ChangeError {
  return new ChangeError("JOURNAL_CORRUPT", `The journal is damaged: ${place}: ${problem}.`, {
    hint: hint ?? "Nothing was started. Compare with another clone's copy of the journal before going on.",
  });
}
