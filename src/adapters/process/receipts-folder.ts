import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { bootId } from "./machine.ts";

const READABLE_CHARS = 80;
const HASH_CHARS = 32;

export type ReceiptsFolder = Readonly<{
  /**
   * Whether a missing receipt proves that a run never started: only if this folder was in use since
   * this machine's start, before this process came. A crash of the machine may lose a receipt, and
   * another machine keeps its own.
   */
  provesAbsence: boolean;
  fileOf(id: string): string;
  /** Makes room for a run's receipt. Throws when the file system does not let it. */
  clear(file: string): void;
}>;

export function receiptsFolder(folder: string): ReceiptsFolder {
  const marker = path.join(folder, `in-use-${hash(bootId())}`);
  const provesAbsence = existsSync(marker);
  let marked = provesAbsence;
  return {
    provesAbsence,
    fileOf: (id) => path.join(folder, `${readable(id)}-${hash(id)}`),
    clear(file) {
      if (!marked) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        writeFileSync(marker, "", { mode: 0o600 });
        marked = true;
      }
      if (existsSync(file)) rmSync(file);
    },
  };
}

/** The hash makes the name unique and bounded; the rest is for people who look into the folder. */
function readable(id: string): string {
  return id.slice(0, READABLE_CHARS).replaceAll(/[^A-Za-z0-9-]/g, "_");
}

function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, HASH_CHARS);
}
