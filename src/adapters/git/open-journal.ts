import { createHash } from "node:crypto";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ChangeError } from "../../errors.ts";
import type { Clock, Journal } from "../../ports.ts";
import type { Holder } from "../../rollout/event-parts.ts";
import type { ChangeEvent } from "../../rollout/events.ts";
import { isOutOfDate } from "../../rollout/out-of-date.ts";
import { type Attached, dropAttached, overlay, readAttached } from "./attachments.ts";
import { originOf } from "./codec.ts";
import { LOCAL_DEADLINE_MS, runGit } from "./git.ts";
import { type History, type JournalFiles, readHistory } from "./history.ts";
import { GitJournal } from "./journal.ts";
import { acquireLease, type Lease, type LeaseOptions, type TakenOver } from "./lease.ts";
import { listChanges } from "./list-changes.ts";
import { changeRef, DEFAULT_PREFIX, encodeName, leaseRef, parseLeaseRef } from "./names.ts";
import { type Recovered, recover } from "./recover.ts";
import type { Repository } from "./repository.ts";
import { explainLocal, WriteAhead } from "./write-ahead.ts";
import { readWriteAhead } from "./write-ahead-file.ts";

export type OpenOptions = Readonly<{
  repository: Repository;
  prefix?: string;
  environment: string;
  changeId: string;
  holder: Holder;
  clock: Clock;
  /** An event in words, for the commit's message; untrusted text in it is made harmless here. */
  describe: (event: ChangeEvent) => string;
  /** Where the write-ahead file is kept; `change-deploy` in the git folder when left out. */
  stateFolder?: string;
  leaseMs?: number;
  run?: Readonly<{ id: string; attempt: number }>;
  /** Asks GitHub whether a run has ended: the proof in words, or null. */
  proveRunOver?: LeaseOptions["proveRunOver"];
}>;

export type OpenedJournal = Readonly<{
  journal: Journal & {
    attach(files: Attached): Promise<void>;
    close(how?: Readonly<{ release?: boolean }>): Promise<void>;
  };
  events: readonly ChangeEvent[];
  /** Others have acted since, and nothing that they could read kept them out: see isOutOfDate. */
  isOutOfDate: boolean;
  files: JournalFiles;
  writeAhead: "found" | "missing" | "none";
  takenOver: TakenOver | null;
  /** Only grows within an environment. */
  token: number;
  ref: string;
  /** Changes that had begun in the environment before, newest first; this one may be among them. */
  recent: readonly string[];
  /** A file with events that this machine recorded after another process had taken over; null: none. */
  setAside: string | null;
}>;

export const LEASE_MS = 10 * 60_000;

/**
 * Takes the lease of the environment, then reads the change's journal. Throws LEASE_HELD while another
 * process works there, and JOURNAL_CORRUPT where anything that was acknowledged is not as it was.
 */
export async function openJournal(options: OpenOptions): Promise<OpenedJournal> {
  const { repository, environment, changeId } = options;
  const prefix = options.prefix ?? DEFAULT_PREFIX;
  const ref = changeRef(prefix, environment, changeId);
  const lease = await acquireLease({
    ...options,
    ref: leaseRef(prefix, environment),
    leaseMs: options.leaseMs ?? LEASE_MS,
    recall: async () => {
      await refuseOtherSpelling(repository, prefix, environment);
      return (await listChanges(repository, { prefix, environment })).map(({ changeId: id }) => id);
    },
    run: options.run ?? null,
    proveRunOver: options.proveRunOver ?? null,
  });
  try {
    return await openUnderLease(options, ref, lease);
  } catch (error) {
    await giveBack(repository, lease);
    throw error;
  }
}

async function openUnderLease(options: OpenOptions, ref: string, lease: Lease): Promise<OpenedJournal> {
  const { repository } = options;
  const head = await readHead(repository, ref);
  const history = await readHistory(repository, {
    origin: originOf(options.environment, options.changeId),
    head,
  });
  const path = writeAheadPath(options, ref);
  const { recovered, writeAhead, setAside } = await openWriteAhead(path, history);
  const attachedPath = `${path}.attached`;
  const attached = await recoverAttached(attachedPath, recovered);
  const flushed = history.links.at(-1) ?? originOf(options.environment, options.changeId);
  const events = [...history.events, ...recovered.tail.map(({ event }) => event)];
  const isStale = isOutOfDate(events, { flushed: history.events.length, acted: lease.acted });
  const journal = new GitJournal({
    ...options,
    ref,
    head,
    flushed,
    tail: recovered.tail,
    withholdsTail: isStale,
    attached: attached ?? {},
    attachedPath,
    lease,
    leaseMs: options.leaseMs ?? LEASE_MS,
    writeAhead,
    author: options.holder.actor,
  });
  return {
    journal,
    events,
    isOutOfDate: isStale,
    files: overlay(history.files, attached),
    writeAhead: recovered.writeAhead,
    takenOver: lease.takenOver,
    token: lease.token,
    ref,
    recent: lease.recent,
    setAside,
  };
}

/** GitHub takes names that differ in case alone for one environment, and so do some file systems. */
async function refuseOtherSpelling(
  repository: Repository,
  prefix: string,
  environment: string,
): Promise<void> {
  const known = [...(await repository.readRefs([`${prefix}/`])).keys()].flatMap(
    (ref) => parseLeaseRef(prefix, ref) ?? [],
  );
  const other = known.find(
    (name) => name !== environment && name.toLowerCase() === environment.toLowerCase(),
  );
  if (other === undefined || known.includes(environment)) return;
  throw new ChangeError(
    "INPUT_INVALID",
    `The journal knows the environment ${JSON.stringify(environment)} by the name ${JSON.stringify(other)}.`,
    { hint: `Names that differ in case alone are one environment: write \`${other}\`.` },
  );
}

const LOOKS_MAX = 4;

/**
 * The journal's head, fetched. A journal without commits that this repository has seen in it was
 * rewritten, or is another one; a mirror that lags behind gets a moment to catch up.
 */
async function readHead(repository: Repository, ref: string): Promise<string | null> {
  const known = repository.isRemote ? ((await repository.readMirror([ref])).get(ref) ?? null) : null;
  for (let looks = 1; ; looks++) {
    const head = (await repository.readRefs([ref])).get(ref) ?? null;
    if (head !== null) await repository.fetch([ref]);
    if (known === null || known === head || (head !== null && (await isAncestor(repository, known, head)))) {
      if (head !== null) await repository.mirror([[ref, head]]);
      return head;
    }
    if (looks === LOOKS_MAX) throw forgotten(repository, ref);
    await delay(repository.patience.firstWaitMs * 2 ** looks);
  }
}

async function isAncestor(repository: Repository, older: string, newer: string): Promise<boolean> {
  const args = ["merge-base", "--is-ancestor", older, newer];
  return (await runGit(repository.git, { args, deadlineMs: LOCAL_DEADLINE_MS })).code === 0;
}

function forgotten(repository: Repository, ref: string): ChangeError {
  return new ChangeError(
    "JOURNAL_CORRUPT",
    `The journal ${ref} at ${repository.name} lacks events that this repository has seen.`,
    {
      hint: `If the local copy is the right one, push it: git push ${repository.name} ${ref}. If not, delete it: git update-ref -d ${ref}.`,
    },
  );
}

/** One file for each journal: the same change may have been run against another one from this repository. */
function writeAheadPath(options: OpenOptions, ref: string): string {
  const { repository, environment, changeId } = options;
  const folder = options.stateFolder ?? join(repository.git.gitDir, "change-deploy");
  const journal = createHash("sha256").update(`${repository.name}\n${ref}`).digest("hex").slice(0, 8);
  return join(folder, encodeName(environment), encodeName(changeId), `write-ahead-${journal}.jsonl`);
}

type OpenedWriteAhead = Readonly<{ recovered: Recovered; writeAhead: WriteAhead; setAside: string | null }>;

async function openWriteAhead(path: string, history: History): Promise<OpenedWriteAhead> {
  try {
    const recovered = recover(history, await readWriteAhead(path), path);
    const setAside = recovered.lost.length > 0 ? `${path}.lost-${Date.now()}` : null;
    if (setAside !== null) await rename(path, setAside);
    const base = history.links[history.links.length - 1]!;
    const lines = recovered.tail.map(({ line }) => line).join("");
    const isBehind = recovered.writeAhead === "missing";
    return { recovered, writeAhead: await WriteAhead.create(path, base, { lines, isBehind }), setAside };
  } catch (error) {
    throw explainLocal(path, error);
  }
}

/** They belong to the attempt that they were attached for: without its event in the tail they are left-overs. */
async function recoverAttached(path: string, recovered: Recovered): Promise<Attached | null> {
  const isWaiting = recovered.tail.some(({ event }) => event.kind === "attempt-started");
  if (isWaiting) return readAttached(path);
  await dropAttached(path);
  return null;
}

/** Nothing happened under it; failing to give it back only makes the next one wait. */
async function giveBack(repository: Repository, lease: Lease): Promise<void> {
  try {
    const step = lease.next("released");
    await repository.write(step.objects);
    await repository.update([step.update]);
  } catch {
    // The reason why opening failed matters more.
  }
}
