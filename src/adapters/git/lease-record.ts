import * as z from "zod";
import { ChangeError } from "../../errors.ts";
import type { Holder } from "../../rollout/event-parts.ts";
import { buildCommit, type GitObject, type HashName } from "./objects.ts";
import { ProcessIdentity } from "./process-identity.ts";
import { readFiles } from "./read-files.ts";
import type { Repository } from "./repository.ts";
import { plain } from "./words.ts";

const LEASE_FILE = "lease.json";

/** Not strict: a newer version may add fields, and its lease must still keep us out. */
export const LeaseRecord = z.object({
  lease: z.literal(1),
  state: z.enum(["held", "released"]),
  /** Only grows, also over released leases; the first one is the time, lest a deleted lease begins below it. */
  token: z.int().positive(),
  holder: z.object({ actor: z.string(), where: z.string() }),
  change: z.string(),
  acquiredAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  process: ProcessIdentity.nullable(),
  run: z.object({ id: z.string(), attempt: z.int() }).nullable(),
  /** The token of whoever has touched, or begun to undo, anything last; one that was sent away or rejected has not. */
  acted: z.int().nonnegative().optional(),
  /** Makes each holding unlike any other: two equal commits would both seem to win a race. */
  session: z.string(),
  /**
   * Changes, each by the token under which its newest attempt has begun, newest first. Leases of earlier versions
   * know of none; what was found without them has the token 0.
   */
  recent: z.array(z.object({ change: z.string(), token: z.int().nonnegative() })).optional(),
});
export type LeaseRecord = z.infer<typeof LeaseRecord>;

/** The record as a commit on top of the previous one; its message says the same in words. */
export function buildLease(
  hash: HashName,
  record: LeaseRecord,
  at: Readonly<{ parent: string | null; ms: number }>,
): { id: string; objects: GitObject[] } {
  const text = `${JSON.stringify(record, null, 2)}\n`;
  const message = `${describeLease(record)}\n\nChange ${oneLine(record.change)}, token ${record.token}.\n`;
  return buildCommit(
    hash,
    { [LEASE_FILE]: text },
    { parent: at.parent, author: record.holder.actor, atMs: at.ms, message },
  );
}

/**
 * `elsewhere`: that commit is not in this repository. A lease that cannot be read keeps everybody out:
 * it may well be somebody's.
 */
export async function readLeaseCommit(
  repository: Repository,
  commit: string,
  ref: string,
): Promise<LeaseRecord | "elsewhere"> {
  const files: (Buffer | null)[] = [];
  await readFiles(repository, [commit, `${commit}:${LEASE_FILE}`], (file) => files.push(file));
  if (files[0] === null) return "elsewhere";
  const record = LeaseRecord.safeParse(parse(files[1] ?? null));
  if (record.success) return record.data;
  throw new ChangeError("JOURNAL_CORRUPT", `The lease ${ref} cannot be read.`, {
    cause: record.error,
    hint: "A newer version may have written it; use that one. If it is damaged and nobody works on this environment, delete the reference.",
  });
}

export function describeLease(record: LeaseRecord): string {
  const who = describeHolder(record.holder);
  return record.state === "held" ? `Held by ${who} until ${record.expiresAt}` : `Released by ${who}`;
}

export function describeHolder(holder: Holder): string {
  return `${oneLine(holder.actor)} (${oneLine(holder.where)})`;
}

function oneLine(text: string): string {
  return plain(text).replace(/\s+/g, " ").slice(0, 200);
}

function parse(content: Buffer | null): unknown {
  try {
    return JSON.parse(content?.toString("utf8") ?? "");
  } catch {
    return null;
  }
}
