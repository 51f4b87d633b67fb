import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { ChangeError } from "../../errors.ts";
import type { Clock } from "../../ports.ts";
import type { Holder } from "../../rollout/event-parts.ts";
import { buildLease, describeHolder, type LeaseRecord, readLeaseCommit } from "./lease-record.ts";
import type { GitObject } from "./objects.ts";
import { identifyProcess, proveDeath } from "./process-identity.ts";
import type { Repository } from "./repository.ts";
import type { RefUpdate } from "./settle.ts";

export type LeaseOptions = Readonly<{
  repository: Repository;
  ref: string;
  changeId: string;
  holder: Holder;
  clock: Clock;
  leaseMs: number;
  run: Readonly<{ id: string; attempt: number }> | null;
  /** The changes of the environment, newest first, for a lease that does not know them. */
  recall: () => Promise<readonly string[]>;
  /** Asks elsewhere (GitHub) whether a run has ended; gives the proof in words, or null. */
  proveRunOver: ((run: Readonly<{ id: string; attempt: number }>) => Promise<string | null>) | null;
}>;

export type TakenOver = Readonly<{ from: Holder; proof: string }>;

/** A next state of the lease, ready to be pushed together with the journal. */
export type LeaseStep = Readonly<{ update: RefUpdate; objects: readonly GitObject[]; deadlineMs: number }>;

/** Changes that a lease remembers. With each, an environment of many services may look back on a start. */
const RECENT_MAX = 50;
const TRIES_MAX = 8;
const RETRY_MS = 100;

/** The right to act on one environment. Only the journal moves it on, in the same push as its events. */
export class Lease {
  readonly takenOver: TakenOver | null;
  readonly token: number;
  /** Changes that had begun in the environment before this holding, newest first. */
  readonly recent: readonly string[];
  /** The token under which anybody has touched anything last before this holding. */
  readonly acted: number;
  readonly #options: LeaseOptions;
  #record: LeaseRecord;
  #commit: string;
  #deadlineMs: number;

  constructor(
    options: LeaseOptions,
    first: Readonly<{ step: LeaseStep; record: LeaseRecord; takenOver: TakenOver | null }>,
  ) {
    this.#options = options;
    this.#record = first.record;
    this.token = first.record.token;
    this.recent = (first.record.recent ?? []).map(({ change }) => change);
    this.acted = first.record.acted ?? 0;
    this.takenOver = first.takenOver;
    this.#commit = first.step.update.to;
    this.#deadlineMs = first.step.deadlineMs;
  }

  get ref(): string {
    return this.#options.ref;
  }

  get commit(): string {
    return this.#commit;
  }

  /** By this machine's clock, and a tenth early: others go by theirs. */
  get isOver(): boolean {
    return this.#options.clock.now() >= this.#deadlineMs;
  }

  /** Something is touched, as the next push says. */
  act(): void {
    this.#record = { ...this.#record, acted: this.token };
  }

  /**
   * An attempt of its change has begun, which the next push tells whoever comes later. `token` is an earlier
   * one's where that process died before it could tell.
   */
  remember(token: number): void {
    const { changeId } = this.#options;
    const others = (this.#record.recent ?? []).filter(({ change }) => change !== changeId);
    const older = others.findIndex((other) => other.token < token);
    const recent = others.toSpliced(older === -1 ? others.length : older, 0, { change: changeId, token });
    this.#record = { ...this.#record, recent: recent.slice(0, RECENT_MAX) };
  }

  /** The same holding for another full time to live, or given back. */
  next(state: LeaseRecord["state"]): LeaseStep {
    return makeStep(this.#options, { ...this.#record, state }, this.#commit);
  }

  accept(step: LeaseStep): void {
    this.#commit = step.update.to;
    this.#deadlineMs = step.deadlineMs;
  }
}

/** Throws LEASE_HELD while another one is alive, as far as anybody can tell. */
export async function acquireLease(options: LeaseOptions): Promise<Lease> {
  const { repository, ref } = options;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    if (tries > 0) await delay(RETRY_MS * tries);
    const commit = (await repository.readRefs([ref])).get(ref) ?? null;
    if (commit !== null) await repository.fetch([ref]);
    const previous = commit === null ? null : await readLeaseCommit(repository, commit, ref);
    // Not the one we were told of: it moved on while we fetched it.
    if (previous === "elsewhere") continue;
    const takenOver = await judge(options, previous);
    const recent = previous?.recent ?? (await recallAll(options));
    const record = { ...makeRecord(options, previous), recent };
    const step = await claim(options, record, commit);
    if (step !== null) return new Lease(options, { step, record, takenOver });
  }
  throw new ChangeError("JOURNAL_CONTESTED", `The lease ${ref} moved at every try to get it.`, {
    hint: "Others are starting changes on this environment at this moment. Try again.",
  });
}

async function recallAll({ recall }: LeaseOptions): Promise<NonNullable<LeaseRecord["recent"]>> {
  return (await recall()).map((change) => ({ change, token: 0 }));
}

/**
 * At a remote a new holding starts a line of its own, so that nobody fetches the lease's whole history;
 * a server that only lets references move forward gets the long line. In a local repository nothing is
 * fetched, and the long line leaves no object behind that nothing refers to: `git fsck` stays silent.
 */
async function claim(
  options: LeaseOptions,
  record: LeaseRecord,
  commit: string | null,
): Promise<LeaseStep | null> {
  if (commit !== null && !options.repository.isRemote)
    return push(options, makeStep(options, record, commit));
  const fresh = makeStep(options, record, null);
  const step = { ...fresh, update: { ...fresh.update, from: commit } };
  if (commit === null) return push(options, step);
  try {
    return await push(options, step);
  } catch (error) {
    if (!(error instanceof ChangeError) || error.code !== "JOURNAL_REFUSED") throw error;
    return push(options, makeStep(options, record, commit));
  }
}

async function push({ repository }: LeaseOptions, step: LeaseStep): Promise<LeaseStep | null> {
  await repository.write(step.objects);
  const result = await repository.update([step.update]);
  return result.kind === "accepted" ? step : null;
}

/** Who is replaced, and by which right. Being the same person or the same run proves nothing. */
async function judge(options: LeaseOptions, previous: LeaseRecord | null): Promise<TakenOver | null> {
  if (previous === null || previous.state === "released") return null;
  const proof = await findProof(options, previous);
  if (proof !== null) return { from: previous.holder, proof };
  throw new ChangeError(
    "LEASE_HELD",
    `${describeHolder(previous.holder)} is working on change ${previous.change} in this environment, and holds it until ${previous.expiresAt}.`,
    {
      hint: `Wait for it to end. If it died, its lease runs out at ${previous.expiresAt} and anybody may go on.`,
    },
  );
}

async function findProof(options: LeaseOptions, previous: LeaseRecord): Promise<string | null> {
  if (Date.parse(previous.expiresAt) <= options.clock.now())
    return `its lease ran out at ${previous.expiresAt}`;
  if (previous.process !== null) {
    const death = proveDeath(previous.process);
    if (death !== null) return death;
  }
  if (previous.run === null || options.proveRunOver === null) return null;
  return options.proveRunOver(previous.run);
}

function makeRecord(options: LeaseOptions, previous: LeaseRecord | null): LeaseRecord {
  const nowMs = options.clock.now();
  const now = new Date(nowMs).toISOString();
  const token = previous === null ? Math.max(1, Math.floor(nowMs / 1_000)) : previous.token + 1;
  return {
    lease: 1,
    state: "held",
    token,
    // Whatever came before a lease that is gone, or that did not say, may have acted.
    acted: previous?.acted ?? token - 1,
    holder: options.holder,
    change: options.changeId,
    acquiredAt: now,
    expiresAt: now,
    process: identifyProcess(),
    run: options.run,
    session: randomUUID(),
  };
}

function makeStep(options: LeaseOptions, record: LeaseRecord, parent: string | null): LeaseStep {
  const { repository, ref, clock, leaseMs } = options;
  const ms = clock.now();
  const expiresMs = record.state === "held" ? ms + leaseMs : ms;
  const { id, objects } = buildLease(
    repository.hash,
    { ...record, expiresAt: new Date(expiresMs).toISOString() },
    { parent, ms },
  );
  return { update: { ref, from: parent, to: id }, objects, deadlineMs: expiresMs - leaseMs / 10 };
}
