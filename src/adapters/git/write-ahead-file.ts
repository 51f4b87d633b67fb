import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { tellsOfLoss } from "../../rollout/tells-of-loss.ts";
import { corrupt, decodeLines, type Entry, isTorn, type Link } from "./codec.ts";

export type WriteAheadContent = Readonly<{
  /** What the journal had acknowledged when the file was started. */
  base: Link;
  entries: readonly Entry[];
  /** Bytes of a last line whose writing was cut short, and which nobody was told to be safe. */
  tornBytes: number;
  /** Started by a process that found none, although facts had been lost, and that did not live to say so. */
  isBehind: boolean;
}>;

const FILE_BYTES_MAX = 1024 * 1024 * 1024;
const HEADER =
  /^\{"write-ahead":1,"base":(\d{1,15}),"sum":"([0-9a-f]{64})","check":"([0-9a-f]{64})"(,"behind":true)?\}$/;

export function encodeWriteAhead(base: Link, isBehind = false): string {
  const behind = isBehind ? ',"behind":true' : "";
  return `{"write-ahead":1,"base":${base.seq},"sum":"${base.sum}","check":"${checkOf(base)}"${behind}}\n`;
}

/** null: there is no such file. Throws JOURNAL_CORRUPT for damage anywhere but in a torn tail. */
export async function readWriteAhead(path: string): Promise<WriteAheadContent | null> {
  const bytes = await readBounded(path);
  if (bytes === null) return null;
  const end = bytes.indexOf("\n");
  const { isBehind, ...base } = parseHeader(
    bytes.toString("latin1", 0, Math.min(Math.max(end, 0), 300)),
    path,
  );
  const { entries, rest } = decodeLines(bytes.subarray(end + 1), base, path);
  if (rest.length > 0 && !isTorn(rest))
    throw damaged(path, `after event ${base.seq + entries.length}, its end is wrong`);
  const isSaid = entries.some(({ event }) => tellsOfLoss(event));
  return { base, entries, tornBytes: rest.length, isBehind: isBehind && !isSaid };
}

/** All of the new content or all of the old one, whatever happens in between. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const next = `${path}.${randomUUID()}`;
  const file = await open(next, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  } finally {
    await file.close();
  }
  await syncFolder(folder);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

async function readBounded(path: string): Promise<Buffer | null> {
  let file: Awaited<ReturnType<typeof open>>;
  try {
    file = await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    if (size > FILE_BYTES_MAX) throw damaged(path, `it has ${size} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function parseHeader(line: string, path: string): Link & Readonly<{ isBehind: boolean }> {
  const [, seq, sum, check, behind] = HEADER.exec(line) ?? [];
  const base = { seq: Number(seq), sum: sum ?? "" };
  if (check !== checkOf(base)) throw damaged(path, "its first line is wrong");
  return { ...base, isBehind: behind !== undefined };
}

function checkOf(base: Link): string {
  return createHash("sha256").update(`write-ahead ${base.seq} ${base.sum}`).digest("hex");
}

function damaged(path: string, problem: string) {
  return corrupt(
    path,
    problem,
    "Nothing was started. Move the file aside to go on without it: what it alone knew is then in doubt.",
  );
}
