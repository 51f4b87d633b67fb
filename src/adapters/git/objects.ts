import { createHash } from "node:crypto";
import { constants, deflateSync } from "node:zlib";
import { plain } from "./words.ts";

export type HashName = "sha1" | "sha256";
type Kind = "commit" | "tree" | "blob";
export type GitObject = Readonly<{ id: string; kind: Kind; body: Buffer }>;

export type CommitText = Readonly<{
  parent: string | null;
  /** Shown by `git log`; any text. */
  author: string;
  atMs: number;
  message: string;
}>;

/** A commit whose tree holds only these files, as objects ready to be written; the commit is `id`. */
export function buildCommit(
  hash: HashName,
  files: Readonly<Record<string, string>>,
  text: CommitText,
): { id: string; objects: GitObject[] } {
  const names = Object.keys(files).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const blobs = names.map((name) => build(hash, "blob", Buffer.from(files[name] ?? "")));
  const entries = blobs.flatMap((blob, index) => [
    Buffer.from(`100644 ${names[index]}\0`),
    Buffer.from(blob.id, "hex"),
  ]);
  const tree = build(hash, "tree", Buffer.concat(entries));
  const commit = build(hash, "commit", Buffer.from(commitBody(tree.id, text)));
  return { id: commit.id, objects: [...blobs, tree, commit] };
}

export function idOf(hash: HashName, kind: Kind, body: Buffer): string {
  return createHash(hash).update(`${kind} ${body.length}\0`).update(body).digest("hex");
}

/** The objects as one pack, for `git unpack-objects`: one process writes and checks them all. */
export function packObjects(hash: HashName, objects: readonly GitObject[]): Buffer {
  const header = Buffer.alloc(12);
  header.write("PACK");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const entries = objects.flatMap(({ kind, body }) => [
    packHeader(kind, body.length),
    deflateSync(body, FAST),
  ]);
  const pack = Buffer.concat([header, ...entries]);
  return Buffer.concat([pack, createHash(hash).update(pack).digest()]);
}

const FAST = { level: constants.Z_BEST_SPEED };
const PACK_KINDS = { commit: 1, tree: 2, blob: 3 } as const;

/** Kind and size: four bits of the size with the kind, then seven a byte, the top bit meaning "more follows". */
function packHeader(kind: Kind, size: number): Buffer {
  const bytes: number[] = [];
  let byte = (PACK_KINDS[kind] << 4) | (size & 0x0f);
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes.push(byte | 0x80);
    byte = rest & 0x7f;
  }
  return Buffer.from([...bytes, byte]);
}

function build(hash: HashName, kind: Kind, body: Buffer): GitObject {
  return { id: idOf(hash, kind, body), kind, body };
}

/** Not the user's own identity, which may be missing, and which did not write this. */
export const COMMITTER = { name: "change-deploy", email: "noreply@change-deploy.invalid" } as const;
const AUTHOR_CHARS_MAX = 100;

function commitBody(tree: string, text: CommitText): string {
  const stamp = `<${COMMITTER.email}> ${Math.max(0, Math.floor(text.atMs / 1_000))} +0000`;
  const author = plain(text.author)
    .replace(/[<>]/g, " ")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, AUTHOR_CHARS_MAX);
  return [
    `tree ${tree}`,
    ...(text.parent === null ? [] : [`parent ${text.parent}`]),
    `author ${author || "unknown"} ${stamp}`,
    `committer ${COMMITTER.name} ${stamp}`,
    "",
    `${text.message.trimEnd()}\n`,
  ].join("\n");
}
