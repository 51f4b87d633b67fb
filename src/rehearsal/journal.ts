import { ChangeError, type ErrorCode } from "../errors.ts";
import type { Clock, Journal } from "../ports.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { touches } from "../rollout/standing.ts";
import { tellsOfLoss } from "../rollout/tells-of-loss.ts";
import type { Life } from "./life.ts";
import type { Disk } from "./machine.ts";
import type { LeaseRecord, Push } from "./remote.ts";
import type { World } from "./world.ts";

export const LEASE_MS = 10 * 60_000;
const PATIENCE_MS = 60_000;
const RETRY_MS = 2_000;

type Parts = Readonly<{
  world: World;
  life: Life;
  disk: Disk;
  /** The process's own clock. */
  clock: Clock;
  lease: LeaseRecord;
  /** Events that only the write-ahead file has so far. */
  tail: readonly ChangeEvent[];
  /** It is out of date, and stays unknown to others unless something is added to it. */
  withholdsTail: boolean;
}>;

/** The journal as one process has it open: like the one in git, with the git left out. */
export class SimJournal implements Journal {
  readonly #parts: Parts;
  #pending: ChangeEvent[];
  #head: number;
  #lease: LeaseRecord;
  #sealed: Push | null = null;
  #dead: ChangeError | null = null;
  #diskFailed = false;
  #isClosing = false;
  #hasSpoken = false;
  #turn: Promise<unknown> = Promise.resolve();
  #queued: Promise<void> | null = null;
  readonly #closed = new AbortController();
  /** As it was opened: once another process has started the file anew, this one writes to nowhere. */
  readonly #file: Disk["writeAhead"];

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#pending = [...parts.tail];
    this.#head = parts.world.remote.head;
    this.#lease = parts.lease;
    this.#file = parts.disk.writeAhead;
    this.#renew();
  }

  async append(events: readonly ChangeEvent[]): Promise<void> {
    const { life, world } = this.#parts;
    if (this.#dead) throw this.#dead;
    if (life.isOver) return life.pass(undefined);
    this.#hasSpoken ||= events.length > 0;
    const isTorn = !life.step();
    this.#diskFailed ||= !isTorn && world.random.chance(world.faults.diskFull);
    if (this.#diskFailed) throw fail("JOURNAL_LOCAL", "no space left on this disk");
    // Killed in the middle of the write: a torn line is cut off again when the file is read.
    const written = isTorn ? events.slice(0, world.random.between(0, events.length)) : events;
    if (!world.isOneLife) this.#file?.events.push(...written);
    if (this.#file !== null && written.some(tellsOfLoss)) this.#file.isBehind = false;
    this.#pending.push(...written);
    return life.pass(undefined);
  }

  flush(): Promise<void> {
    this.#queued ??= this.#inTurn(async () => {
      this.#queued = null;
      await this.#parts.life.pass(undefined);
      await this.#settle();
      if (this.#pending.length > 0) await this.#push(this.#pending, "held");
      else if (this.#isOver()) await this.#push([], "held");
    });
    return this.#queued.then(() => this.#parts.life.pass(undefined));
  }

  assertHeld(): void {
    if (this.#dead || this.#isClosing) throw fail("LEASE_LOST", this.#dead?.message ?? "given back");
    if (this.#isOver()) throw fail("LEASE_LOST", "the lease ran out before it could be renewed");
  }

  /** Flushes what is left and gives the lease back, or lets it run out. */
  async close({ release }: Readonly<{ release: boolean }>): Promise<void> {
    this.#closed.abort("closed");
    await this.#inTurn(async () => {
      this.#isClosing = true;
      if (this.#dead) return;
      await this.#settle();
      const isKnown = this.#hasSpoken || !this.#parts.withholdsTail;
      if (isKnown && this.#pending.length > 0) await this.#push(this.#pending, "held");
      const { disk, world } = this.#parts;
      if (disk.writeAhead !== null && this.#pending.length === 0) {
        const { isBehind } = disk.writeAhead;
        disk.writeAhead = { base: world.remote.events.length, events: [], isBehind };
      }
      if (release) await this.#push([], "released");
    });
  }

  #isOver(): boolean {
    return this.#parts.clock.now() >= this.#lease.expiresMs - LEASE_MS / 10;
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  async #push(events: readonly ChangeEvent[], state: LeaseRecord["state"]): Promise<void> {
    const { world, clock } = this.#parts;
    const commit = world.remote.nextCommit();
    const expiresMs = clock.now() + (state === "held" ? LEASE_MS : 0);
    const acted = events.some(touches) ? this.#lease.token : this.#lease.acted;
    const lease = { ...this.#lease, commit, state, expiresMs, acted };
    this.#sealed = { commit, head: this.#head, leaseCommit: this.#lease.commit, events: [...events], lease };
    await this.#settle();
  }

  /** Carries a push through lost answers: only what is not there yet is sent again. */
  async #settle(): Promise<void> {
    const { clock } = this.#parts;
    const startedMs = clock.now();
    for (;;) {
      if (this.#dead) throw this.#dead;
      const push = this.#sealed;
      if (push === null) return;
      const answer = await this.#send(push);
      if (answer === "refused") throw fail("JOURNAL_REFUSED", "the server says no");
      if (answer === "contested") throw this.#displaced();
      if (answer === "accepted") return this.#accepted(push);
      if (clock.now() - startedMs > PATIENCE_MS) throw fail("JOURNAL_UNREACHABLE", "no answer");
      await clock.sleep(RETRY_MS);
    }
  }

  /** null: no answer. A push that is on its way gets there even if its process dies. */
  async #send(push: Push): Promise<"accepted" | "contested" | "refused" | null> {
    const { world, life } = this.#parts;
    const { random, faults, clock, remote } = world;
    const ms = random.chance(faults.slowPush) ? random.between(1_000, 30_000) : world.pushMs;
    await clock.sleep(ms / 2);
    if (life.isOver && random.chance(0.5)) return life.pass(null);
    if (world.isCutOff || random.chance(faults.lostPush)) return life.pass(null);
    if (random.chance(faults.refusal)) return life.pass("refused");
    const answer = remote.accept(push);
    await clock.sleep(ms / 2);
    return life.pass(random.chance(faults.lostAnswer) && answer === "accepted" ? null : answer);
  }

  #displaced(): ChangeError {
    const { lease } = this.#parts.world.remote;
    const isTaken = lease?.token !== this.#lease.token;
    this.#dead = isTaken
      ? fail("LEASE_LOST", `${lease?.holder.actor} has taken over the lease`)
      : fail("JOURNAL_CONTESTED", "another writer moved the journal");
    return this.#dead;
  }

  #accepted(push: Push): void {
    this.#sealed = null;
    this.#lease = push.lease;
    if (push.events.length === 0) return;
    this.#head = push.commit;
    this.#pending = this.#pending.slice(push.events.length);
  }

  /** At a third of its time to live, as long as the process lives. */
  async #renew(): Promise<void> {
    const { clock, life } = this.#parts;
    while (!this.#closed.signal.aborted && !life.isOver && !this.#dead) {
      const dueMs = this.#lease.expiresMs - (LEASE_MS * 2) / 3;
      const waitMs = dueMs > clock.now() ? dueMs - clock.now() : LEASE_MS / 12;
      await clock.sleep(waitMs, this.#closed.signal);
      if (this.#closed.signal.aborted || life.isOver) return;
      if (clock.now() < this.#lease.expiresMs - (LEASE_MS * 2) / 3) continue;
      await this.#inTurn(async () => {
        await this.#settle();
        await this.#push([], "held");
      }).catch(() => {});
    }
  }
}

function fail(code: ErrorCode, message: string): ChangeError {
  return new ChangeError(code, message);
}
