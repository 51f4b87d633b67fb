import type { ChangeEvent } from "../../rollout/events.ts";
import type { Entry, Link } from "./codec.ts";
import { EVENTS_FILE } from "./history.ts";
import type { LeaseStep } from "./lease.ts";
import { writeMessage } from "./message.ts";
import { buildCommit, type GitObject, type HashName } from "./objects.ts";
import type { RefUpdate } from "./settle.ts";

/** One push that has been decided on. It stays the same until we know what became of it. */
export type Sealed = Readonly<{
  objects: readonly GitObject[];
  updates: readonly RefUpdate[];
  lease: LeaseStep;
  /** Where the journal ends once it is accepted. */
  head: string | null;
  upTo: Link;
}>;

export type SealContext = Readonly<{
  hash: HashName;
  ref: string;
  head: string | null;
  author: string;
  atMs: number;
  describe: (event: ChangeEvent) => string;
}>;

const COMMIT_BYTES_MAX = 8 * 1024 * 1024;

/** The events as one commit on top of the head, and the lease with it: both move, or neither does. */
export function sealEvents(
  context: SealContext,
  content: Readonly<{ entries: readonly Entry[]; files: Readonly<Record<string, string>>; flushed: Link }>,
  lease: LeaseStep,
): Sealed {
  const { hash, ref, head, author, atMs, describe } = context;
  const { entries, flushed } = content;
  const message = writeMessage(
    entries.map(({ event }) => event),
    describe,
  );
  const files = { ...content.files, [EVENTS_FILE]: entries.map(({ line }) => line).join("") };
  const { id, objects } = buildCommit(hash, files, { parent: head, author, atMs, message });
  return {
    objects: [...objects, ...lease.objects],
    updates: [{ ref, from: head, to: id }, lease.update],
    lease,
    head: id,
    upTo: entries.at(-1) ?? flushed,
  };
}

/** As many as fit in a file that every server takes; always at least one. */
export function takeCommitful(entries: readonly Entry[]): readonly Entry[] {
  let bytes = 0;
  const end = entries.findIndex(({ line }) => {
    bytes += Buffer.byteLength(line);
    return bytes > COMMIT_BYTES_MAX;
  });
  return end === -1 ? entries : entries.slice(0, Math.max(end, 1));
}
