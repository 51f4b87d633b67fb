import { type FileHandle, open } from "node:fs/promises";
import { ChangeError } from "../../errors.ts";
import type { Link } from "./codec.ts";
import { makeReserve, spendReserve } from "./reserve.ts";
import { encodeWriteAhead, replaceFile } from "./write-ahead-file.ts";

type Waiting = Readonly<{ text: string; resolve: () => void; reject: (error: Error) => void }>;

/** Events of this process that are not yet in the journal, safe from a crash. Appends only, one sync for many. */
export class WriteAhead {
  readonly path: string;
  #file: FileHandle;
  #waiting: Waiting[] = [];
  #running: Promise<void> | null = null;
  #failure: ChangeError | null = null;
  #bytes: number;
  /** Facts were lost before this file was started, and nothing that was appended says so yet. */
  #isBehind: boolean;

  private constructor(path: string, file: FileHandle, size: Readonly<{ bytes: number; isBehind: boolean }>) {
    this.path = path;
    this.#file = file;
    this.#bytes = size.bytes;
    this.#isBehind = size.isBehind;
  }

  /** Starts the file anew, with what is still to be flushed. A process that has the old one open writes to nowhere. */
  static async create(
    path: string,
    base: Link,
    { lines = "", isBehind = false }: Readonly<{ lines?: string; isBehind?: boolean }> = {},
  ): Promise<WriteAhead> {
    const text = encodeWriteAhead(base, isBehind) + lines;
    try {
      await replaceFile(path, text);
      await makeReserve(reserveOf(path));
      const file = await open(path, "a", 0o600);
      return new WriteAhead(path, file, { bytes: Buffer.byteLength(text), isBehind });
    } catch (error) {
      throw explainLocal(path, error);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Resolves when the text is on disk. After one failure nothing more is taken: a gap would break the chain. */
  append(text: string): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, resolve, reject });
      this.#running ??= this.#sync();
    });
  }

  /** What has been appended says that facts were lost: whoever reads it knows. */
  catchUp(): void {
    this.#isBehind = false;
  }

  /** Resolves when nothing is waiting, whether or not it could be written. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Forgets what the journal holds by now. Only while nothing is waiting; what comes meanwhile waits for it. */
  async rebase(base: Link): Promise<void> {
    if (this.#failure || this.#running) return;
    this.#running = this.#restart(base).then(() => this.#sync());
    await this.#running;
  }

  async close(): Promise<void> {
    await this.settled();
    this.#failure ??= new ChangeError("JOURNAL_LOCAL", "The journal has been closed.");
    await this.#file.close();
    await spendReserve(reserveOf(this.path));
  }

  async #restart(base: Link): Promise<void> {
    try {
      const next = await WriteAhead.create(this.path, base, { isBehind: this.#isBehind });
      await this.#file.close();
      this.#file = next.#file;
      this.#bytes = next.#bytes;
    } catch (error) {
      // Which of the two files is in place is not known; the journal itself has everything so far.
      this.#failure ??= explainLocal(this.path, error);
    }
  }

  async #sync(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        if (this.#failure) throw this.#failure;
        const text = group.map((it) => it.text).join("");
        await this.#write(text);
        for (const { resolve } of group) resolve();
      } catch (error) {
        this.#failure ??= explainLocal(this.path, error);
        for (const { reject } of group) reject(this.#failure);
      }
    }
    this.#running = null;
  }

  async #write(text: string): Promise<void> {
    try {
      await this.#file.appendFile(text);
      await this.#file.datasync();
    } catch (error) {
      if (!isDiskFull(error) || !(await spendReserve(reserveOf(this.path)))) throw error;
      // What did get through is half a line.
      await this.#file.truncate(this.#bytes);
      await this.#file.appendFile(text);
      await this.#file.datasync();
    }
    this.#bytes += Buffer.byteLength(text);
  }
}

function reserveOf(path: string): string {
  return `${path}.reserve`;
}

/** A file system's error as JOURNAL_LOCAL. */
export function explainLocal(path: string, error: unknown): ChangeError {
  if (error instanceof ChangeError) return error;
  const code = (error as NodeJS.ErrnoException).code;
  return new ChangeError(
    "JOURNAL_LOCAL",
    `The write-ahead file ${path} cannot be written (${code ?? error}).`,
    {
      cause: error,
      hint: isDiskFull(error)
        ? "Free some disk space, then resume."
        : "Give this process permission to write there, then resume.",
    },
  );
}

function isDiskFull(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "ENOSPC" || code === "EDQUOT";
}
