import type { ChangeError } from "../../errors.ts";
import type { Clock, Journal } from "../../ports.ts";
import type { ChangeEvent } from "../../rollout/events.ts";
import { isBeginning, touches } from "../../rollout/standing.ts";
import { tellsOfLoss } from "../../rollout/tells-of-loss.ts";
import { type Attached, dropAttached, saveAttached } from "./attachments.ts";
import { type Entry, encodeEvent, type Link } from "./codec.ts";
import { explainLoss, leaseLost } from "./explain-loss.ts";
import { EVENTS_FILE } from "./history.ts";
import type { Lease } from "./lease.ts";
import type { Repository } from "./repository.ts";
import { type Sealed, sealEvents, takeCommitful } from "./seal.ts";
import { explainLocal, type WriteAhead } from "./write-ahead.ts";

export type JournalParts = Readonly<{
  repository: Repository;
  ref: string;
  head: string | null;
  /** The last event that the journal holds, and what the write-ahead file has beyond it. */
  flushed: Link;
  tail: readonly Entry[];
  /**
   * The tail is out of date, and stays unknown to others unless something is added to it: once they could have read
   * it, nobody could tell any more that they acted without knowing of it.
   */
  withholdsTail: boolean;
  /** Files that an earlier process attached and could not flush any more, and where they are kept. */
  attached: Attached;
  attachedPath: string;
  lease: Lease;
  leaseMs: number;
  writeAhead: WriteAhead;
  clock: Clock;
  author: string;
  describe: (event: ChangeEvent) => string;
}>;

const WRITE_AHEAD_BYTES_MAX = 4 * 1024 * 1024;

/** A change's journal in git: see design.md, section 4. Holds the lease until it is closed. */
export class GitJournal implements Journal {
  readonly #parts: JournalParts;
  #head: string | null;
  #flushed: Link;
  #last: Link;
  #pending: Entry[];
  #files: Attached;
  #sealed: Sealed | null = null;
  /** Another one writes here now: nothing of ours can count any more. */
  #dead: ChangeError | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #queued: Promise<void> | null = null;
  #closing: Promise<void> | null = null;
  #hasSpoken = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: JournalParts) {
    this.#parts = parts;
    this.#head = parts.head;
    this.#files = parts.attached;
    this.#flushed = parts.flushed;
    this.#pending = [...parts.tail];
    this.#last = this.#pending.at(-1) ?? parts.flushed;
    this.#scheduleRenewal();
  }

  async append(events: readonly ChangeEvent[]): Promise<void> {
    if (this.#dead) throw this.#dead;
    if (events.length === 0) return;
    this.#hasSpoken = true;
    const entries: Entry[] = [];
    let last = this.#last;
    for (const event of events) {
      const entry = encodeEvent(last, event);
      entries.push(entry);
      last = entry;
    }
    this.#last = last;
    for (const entry of entries) this.#pending.push(entry);
    await this.#parts.writeAhead.append(entries.map(({ line }) => line).join(""));
    if (events.some(tellsOfLoss)) this.#parts.writeAhead.catchUp();
  }

  /** Files for the next flush's commit, beside its events. Resolves when they are safe from a crash. */
  async attach(files: Attached): Promise<void> {
    const wrong = Object.keys(files).find(
      (name) => !/^[a-z0-9][a-z0-9.-]{0,99}$/.test(name) || name === EVENTS_FILE,
    );
    if (wrong !== undefined)
      throw new Error(`${JSON.stringify(wrong)} cannot be attached to a journal commit.`);
    this.#files = { ...this.#files, ...files };
    try {
      await saveAttached(this.#parts.attachedPath, this.#files);
    } catch (error) {
      throw explainLocal(this.#parts.attachedPath, error);
    }
  }

  flush(): Promise<void> {
    if (this.#closing) return this.#closing;
    this.#queued ??= this.#inTurn(() => {
      this.#queued = null;
      return this.#flushNow();
    });
    return this.#queued;
  }

  assertHeld(): void {
    if (this.#closing) throw leaseLost("This process has given its lease back.");
    if (this.#dead)
      throw leaseLost(`This process has lost its right to act: ${this.#dead.message}`, this.#dead);
    if (this.#parts.lease.isOver) throw leaseLost("The lease ran out before it could be renewed.");
  }

  /**
   * Flushes what is left and gives the lease back; without `release` it runs out by itself, or is taken over
   * where this process's death is proven. Repeating it is safe, and changes nothing.
   */
  close({ release = true }: Readonly<{ release?: boolean }> = {}): Promise<void> {
    this.#closing ??= this.#inTurn(() => this.#closeNow(release));
    return this.#closing;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #flushNow(): Promise<void> {
    // What is appended from here on goes with the next flush.
    const goal = this.#last.seq;
    await this.#settleSealed();
    while (this.#flushed.seq < goal || Object.keys(this.#files).length > 0) {
      // The file must never be behind the journal: that is how a later process knows that it has all of it.
      await this.#parts.writeAhead.settled();
      this.#sealed = this.#seal();
      await this.#settleSealed();
    }
    // The push that just went through may have waited for longer than its lease lasts.
    if (this.#parts.lease.isOver) await this.#renewNow();
  }

  async #renewNow(): Promise<void> {
    await this.#settleSealed();
    const lease = this.#parts.lease.next("held");
    this.#sealed = {
      objects: lease.objects,
      updates: [lease.update],
      lease,
      upTo: this.#flushed,
      head: this.#head,
    };
    await this.#settleSealed();
  }

  async #closeNow(release: boolean): Promise<void> {
    clearTimeout(this.#timer);
    try {
      if (this.#dead) return;
      if (this.#hasSpoken || !this.#parts.withholdsTail) await this.#flushNow();
      // Before the next holder may come and make a file of its own.
      await this.#compact(0);
      if (!release) return;
      const lease = this.#parts.lease.next("released");
      await this.#parts.repository.write(lease.objects);
      // Somebody else's lease by now is nobody's loss: all that we had to say is in the journal.
      await this.#parts.repository.update([lease.update]);
    } finally {
      await this.#parts.writeAhead.close();
    }
  }

  #seal(): Sealed {
    const { repository, ref, clock, author, describe, lease } = this.#parts;
    const entries = takeCommitful(this.#pending);
    const begun = entries.map(({ event }) => event).findLast(isBeginning);
    if (begun !== undefined) lease.remember(begun.token ?? 0);
    if (entries.some(({ event }) => touches(event))) lease.act();
    const sealed = sealEvents(
      { hash: repository.hash, ref, head: this.#head, author, atMs: clock.now(), describe },
      { entries, files: this.#files, flushed: this.#flushed },
      lease.next("held"),
    );
    this.#pending = this.#pending.slice(entries.length);
    this.#files = {};
    return sealed;
  }

  async #settleSealed(): Promise<void> {
    if (this.#dead) throw this.#dead;
    const sealed = this.#sealed;
    if (sealed === null) return;
    const { repository, lease, ref } = this.#parts;
    await repository.write(sealed.objects);
    const result = await repository.update(sealed.updates);
    if (result.kind === "contested") {
      clearTimeout(this.#timer);
      this.#dead = await explainLoss(
        repository,
        { lease, pushed: sealed.lease.update.to, ref },
        result.values,
      );
      throw this.#dead;
    }
    this.#sealed = null;
    this.#head = sealed.head;
    this.#flushed = sealed.upTo;
    lease.accept(sealed.lease);
    if (Object.keys(this.#files).length === 0) await dropAttached(this.#parts.attachedPath);
    this.#scheduleRenewal();
    await this.#compact(WRITE_AHEAD_BYTES_MAX);
  }

  /** Only while everything that was appended is in the journal: the file then holds nothing of its own. */
  async #compact(bytesMin: number): Promise<void> {
    const { writeAhead } = this.#parts;
    if (this.#last.seq !== this.#flushed.seq || writeAhead.bytes <= bytesMin) return;
    await writeAhead.rebase(this.#flushed);
  }

  /** Renews at a third of the time to live; sooner after a failure. */
  #scheduleRenewal(waitMs = this.#parts.leaseMs / 3): void {
    clearTimeout(this.#timer);
    if (this.#dead || this.#closing) return;
    const timer = setTimeout(() => {
      // A flush that was under way when the time came has renewed it, and set another timer.
      const renewIfDue = async () => this.#timer === timer && this.#renewNow();
      // A failure is known from the next flush, or from assertHeld once the time has run out.
      this.#inTurn(renewIfDue).catch(() => this.#scheduleRenewal(this.#parts.leaseMs / 12));
    }, waitMs);
    this.#timer = timer.unref();
  }
}
