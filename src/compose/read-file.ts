import { open, realpath } from "node:fs/promises";
import path from "node:path";
import { ChangeError } from "../errors.ts";

type Limits = Readonly<{ what: string; bytesMax: number }>;

export async function readTextFile(file: string, limits: Limits): Promise<string> {
  const bytes = await readFileBytes(file, limits);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable(`The ${limits.what} ${file} is not UTF-8 text.`, cause);
  }
}

/** Reads a file, and no more of it than `bytesMax`: a mistaken path must not fill the memory. */
export async function readFileBytes(file: string, { what, bytesMax }: Limits): Promise<Uint8Array> {
  let bytes: Buffer;
  try {
    bytes = await readBounded(file, bytesMax + 1);
  } catch (cause) {
    throw unreadable(`The ${what} ${file} cannot be read: ${explain(cause)}.`, cause);
  }
  if (bytes.length > bytesMax) throw unreadable(`The ${what} ${file} is larger than ${bytesMax} bytes.`);
  return bytes;
}

async function readBounded(file: string, bytesMax: number): Promise<Buffer> {
  const handle = await open(file, "r");
  try {
    const chunks: Buffer[] = [];
    for (let left = bytesMax; left > 0; ) {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(left, 64 * 1024)));
      if (bytesRead === 0) break;
      chunks.push(buffer.subarray(0, bytesRead));
      left -= bytesRead;
    }
    return Buffer.concat(chunks);
  } finally {
    await handle.close();
  }
}

/** A path that a plan names, seen from the plan's folder; links must not lead out of `root`. */
export async function confine(
  name: string,
  places: Readonly<{ planPath: string; root: string }>,
): Promise<string> {
  const file = path.resolve(path.dirname(places.planPath), name);
  const [root, real] = await Promise.all([realpath(places.root), realpath(file).catch(() => file)]);
  if (real === root || real.startsWith(root + path.sep)) return real;
  throw unreadable(`The plan names ${name}, which is outside of ${places.root}.`);
}

function explain(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "EACCES") return "permission is denied";
  return code ?? String(cause);
}

function unreadable(message: string, cause?: unknown): ChangeError {
  return new ChangeError("PLAN_UNREADABLE", message, { cause, hint: "Check the path and what it names." });
}
