import type { HostEntry, HostField } from "./host-pair.ts";
import { TARGETS_MAX } from "./hosts.ts";

/** A problem in a file of hosts, as far as its place is known. */
export type FileProblem = Readonly<{
  /** Of the entry, from 0; null for the file as a whole. */
  index: number | null;
  field: HostField | null;
  /** From 1. */
  line: number | null;
  code: string;
  message: string;
  hint: string;
}>;

/** What a reader made of a file; `lines` says where each entry begins. */
export type HostRows = Readonly<{
  entries: readonly HostEntry[];
  lines: readonly number[];
  problems: readonly FileProblem[];
}>;

const PROBLEMS_MAX = 100;
const FIELDS: readonly string[] = ["name", "host", "zone"];

/** Collects entries and problems, both bounded. */
export class RowCollector {
  readonly entries: HostEntry[] = [];
  readonly lines: number[] = [];
  readonly problems: FileProblem[] = [];

  /** True when there is no sense in reading on. */
  get full(): boolean {
    // An entry is a target at least.
    return this.problems.length >= PROBLEMS_MAX || this.entries.length > TARGETS_MAX;
  }

  /** Takes an entry's keys and values; an empty value is an absent one. */
  addEntry(fields: readonly (readonly [key: string, value: string])[], line: number): void {
    const entry: Record<string, string> = {};
    for (const [key, value] of fields) {
      if (!FIELDS.includes(key)) this.addProblem(line, unknownKey(key));
      else if (Object.hasOwn(entry, key)) this.addProblem(line, doubleKey(key));
      else entry[key] = value;
    }
    this.entries.push(Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== "")));
    this.lines.push(line);
  }

  addProblem(line: number | null, text: Pick<FileProblem, "code" | "message" | "hint">): void {
    const index = this.entries.length;
    this.problems.push({ index, field: null, line, ...text });
  }
}

export function emptyList(): FileProblem {
  return {
    index: null,
    field: null,
    line: null,
    code: "hosts-file-empty",
    message: "The file names no host.",
    hint: "List at least one entry with a `name`, a `host`, or both.",
  };
}

export function syntaxProblem(message: string, hint: string): Pick<FileProblem, "code" | "message" | "hint"> {
  return { code: "hosts-file-syntax", message, hint };
}

export function isFieldName(text: string): boolean {
  return FIELDS.includes(text);
}

/** Without their ends, `\r\n` included. */
export function* eachLine(text: string): Generator<string> {
  for (let start = 0; start <= text.length; ) {
    const end = text.indexOf("\n", start);
    const stop = end < 0 ? text.length : end;
    const line = text.slice(start, stop);
    yield line.endsWith("\r") ? line.slice(0, -1) : line;
    start = stop + 1;
  }
}

function unknownKey(key: string): Pick<FileProblem, "code" | "message" | "hint"> {
  return {
    code: "hosts-file-key",
    message: `The key ${JSON.stringify(key.slice(0, 60))} means nothing here.`,
    hint: "An entry has `name`, `host` and `zone`.",
  };
}

function doubleKey(key: string): Pick<FileProblem, "code" | "message" | "hint"> {
  return {
    code: "hosts-file-key",
    message: `The entry states \`${key}\` twice.`,
    hint: "Remove one of the two.",
  };
}
