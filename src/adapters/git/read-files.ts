import { ChangeError } from "../../errors.ts";
import { corrupt } from "./codec.ts";
import { type GitProgram, runGit } from "./git.ts";
import { type HashName, idOf } from "./objects.ts";
import { quoteWords } from "./words.ts";

/** One answer of `git cat-file --batch`; null where there is no such file. */
export type FileContent = Buffer | null;

const READ_DEADLINE_MS = 120_000;
const FILE_BYTES_MAX = 64 * 1024 * 1024;
const TOTAL_BYTES_MAX = 1024 * 1024 * 1024;
const HEADER_BYTES_MAX = 8_192;
const NEWLINE = 10;

/**
 * Reads many objects (`<commit>:<path>`, or an id) with one process. `onFile` gets each in the order
 * asked. Whoever damaged a file on disk is found out: its id is computed again.
 */
export async function readFiles(
  source: Readonly<{ git: GitProgram; hash: HashName }>,
  names: readonly string[],
  onFile: (content: FileContent, name: string) => void,
): Promise<void> {
  if (names.length === 0) return;
  const parser = new BatchParser(source.hash, names, onFile);
  const answer = await runGit(source.git, {
    args: ["cat-file", "--batch"],
    input: `${names.join("\n")}\n`,
    deadlineMs: READ_DEADLINE_MS,
    onOutput: (chunk) => parser.take(chunk),
  });
  if (answer.timedOut)
    throw new ChangeError("JOURNAL_UNREACHABLE", "Reading the journal's objects took too long.");
  if (answer.code !== 0 || !parser.done)
    throw corrupt(names[parser.answered] ?? "", quoteWords(answer.stderr));
}

class BatchParser {
  answered = 0;
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Bytes to have before parsing goes on: avoids looking at a large file's beginning at every chunk. */
  #wanted = 1;
  #total = 0;
  readonly #hash: HashName;
  readonly #names: readonly string[];
  readonly #onFile: (content: FileContent, name: string) => void;

  constructor(
    hash: HashName,
    names: readonly string[],
    onFile: (content: FileContent, name: string) => void,
  ) {
    this.#hash = hash;
    this.#names = names;
    this.#onFile = onFile;
  }

  get done(): boolean {
    return this.answered === this.#names.length && this.#buffered === 0;
  }

  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    this.#total += chunk.length;
    if (this.#total > TOTAL_BYTES_MAX) throw corrupt("its commits", `more than ${TOTAL_BYTES_MAX} bytes`);
    if (this.#buffered < this.#wanted) return;
    let rest: Buffer = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks);
    for (let used = this.#takeOne(rest); used > 0; used = this.#takeOne(rest)) rest = rest.subarray(used);
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
  }

  /** How many bytes the first answer took; 0 when it is not all there yet. */
  #takeOne(bytes: Buffer): number {
    this.#wanted = bytes.length + 1;
    const end = bytes.indexOf(NEWLINE);
    if (end > HEADER_BYTES_MAX || (end === -1 && bytes.length > HEADER_BYTES_MAX)) throw this.#unreadable();
    if (end === -1) return 0;
    const header = bytes.toString("utf8", 0, end);
    if (header.endsWith(" missing")) return this.#answer(null, end + 1);
    const [id, kind, size] = this.#parseHeader(header);
    const used = end + 1 + size + 1;
    this.#wanted = used;
    if (bytes.length < used) return 0;
    const content = bytes.subarray(end + 1, end + 1 + size);
    if (idOf(this.#hash, kind, content) !== id) throw corrupt(this.#name, "the file is not what its id says");
    return this.#answer(content, used);
  }

  #answer(content: FileContent, used: number): number {
    this.#onFile(content, this.#name);
    this.answered++;
    return used;
  }

  #parseHeader(header: string): [id: string, kind: "blob" | "commit", size: number] {
    const match = /^([0-9a-f]{40,64}) (blob|commit) (\d{1,12})$/.exec(header);
    if (!match) throw this.#unreadable();
    const size = Number(match[3]);
    if (size > FILE_BYTES_MAX) throw corrupt(this.#name, `it has ${size} bytes`);
    return [match[1] ?? "", match[2] as "blob" | "commit", size];
  }

  get #name(): string {
    return this.#names[this.answered] ?? "an object";
  }

  #unreadable(): ChangeError {
    return corrupt(this.#name, "it is not what change-deploy writes");
  }
}
