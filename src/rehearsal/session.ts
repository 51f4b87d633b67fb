import { runChange, type Until } from "../engine/run-change.ts";
import { ChangeError } from "../errors.ts";
import type { Clock, Ports } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import { evolve } from "../rollout/evolve.ts";
import { leavesDoubts } from "../rollout/leaves-doubts.ts";
import { isOutOfDate } from "../rollout/out-of-date.ts";
import { type Opening, planOpening, type Wish } from "../rollout/reopen.ts";
import { openAttempt, replay } from "../rollout/replay.ts";
import type { ChangeState } from "../rollout/state.ts";
import { backupFiles } from "./backups.ts";
import { SimCommands } from "./commands.ts";
import { SimProber } from "./health.ts";
import { SimJournal } from "./journal.ts";
import { acquireLease } from "./lease.ts";
import { Life } from "./life.ts";
import type { Machine } from "./machine.ts";
import { type Recovered, recover } from "./recover.ts";
import type { LeaseRecord } from "./remote.ts";
import type { World } from "./world.ts";

export type SessionOptions = Readonly<{
  machine: Machine;
  /** `other` comes with another plan under the same id, and is sent away. */
  wish: "run" | "other" | "resume" | "rollback" | "repaired";
  cancel?: AbortSignal;
  until?: Until;
  /** How long it waits for the lease of another one. */
  patienceMs?: number;
  /** Dies at this one of its passages: see Life. */
  killAt?: number;
}>;

export type SessionEnd =
  | Readonly<{ kind: "ended"; state: ChangeState; failure: ChangeError | null }>
  | Readonly<{ kind: "killed" }>
  /** Somebody else is at work, or the remote does not answer. */
  | Readonly<{ kind: "kept-out"; failure: ChangeError }>
  | Readonly<{ kind: "nothing"; why: string }>;

/** One process's part in a change, as the real one plays it: lease, journal, what is due, report, let go. */
export class Session {
  readonly machine: Machine;
  readonly life: Life;
  readonly clock: Clock;
  readonly done: Promise<SessionEnd>;
  /** What it knows; null until it has read the journal. */
  state: ChangeState | null = null;
  lease: LeaseRecord | null = null;
  /** Its opening is durable: from here on the engine works. */
  isOpen = false;
  /** There was nothing to do, and it has said so. */
  #hasAnswered = false;
  readonly #world: World;
  readonly #options: SessionOptions;

  constructor(world: World, options: SessionOptions) {
    this.#world = world;
    this.#options = options;
    this.machine = options.machine;
    this.life = new Life(world.clock, options.killAt);
    this.clock = this.#makeClock(options.machine.skewMs);
    const killed = this.life.over.then(() => ({ kind: "killed" }) as const);
    this.done = Promise.race([this.#play(), killed]);
  }

  /** Its own: where the machine's clock is set anew, that does not reach a process that runs. */
  #makeClock(skewMs: number): Clock {
    const { clock } = this.#world;
    const pass = () => this.life.pass(undefined);
    return {
      now: () => clock.now() + skewMs,
      sleep: (ms, signal) => clock.sleep(ms, signal).then(pass),
    };
  }

  async #play(): Promise<SessionEnd> {
    try {
      this.lease = await acquireLease(this.#world, this, this.#options.patienceMs ?? 0);
    } catch (error) {
      if (error instanceof ChangeError) return { kind: "kept-out", failure: error };
      throw error;
    }
    const { events, tail, writeAhead } = recover(this.#world.remote, this.machine.disk);
    const { world, life, clock, machine, lease } = { world: this.#world, ...this, lease: this.lease };
    const withholdsTail = isOutOfDate([...events, ...tail], { flushed: events.length, acted: lease.acted });
    const journal = new SimJournal({ world, life, clock, disk: machine.disk, lease, tail, withholdsTail });
    try {
      return await this.#work(journal, { events, tail, writeAhead });
    } finally {
      await journal.close({ release: !this.#leavesDoubts }).catch(() => {});
    }
  }

  /** Whoever was sent away before it did anything knows no more of a dead holder than that it is dead. */
  get #leavesDoubts(): boolean {
    if (this.state !== null) return leavesDoubts(this.state);
    return !this.#hasAnswered && this.lease?.isTakenOver === true;
  }

  async #work(journal: SimJournal, recovered: Recovered): Promise<SessionEnd> {
    const { change } = this.#world;
    const events = [...recovered.events, ...recovered.tail];
    const isNew = !events.some(({ kind }) => kind === "attempt-started");
    const recorded = replay(change, events);
    const opening = planOpening(isNew ? null : { state: recorded, digest: change.digest }, this.#wish());
    this.#hasAnswered = opening.kind === "nothing";
    if (opening.kind === "nothing" || opening.kind === "refused")
      return { kind: "nothing", why: opening.why };
    if (this.#options.wish === "other")
      return { kind: "nothing", why: "There is no other plan in this world." };
    const state = opening.kind === "start" ? openAttempt(change, events) : recorded;
    this.state = state;
    const failure = await this.#execute(state, journal, this.#openingFacts(opening, recovered));
    const isDisplaced = failure?.code === "LEASE_LOST" || failure?.code === "JOURNAL_CONTESTED";
    if (this.#options.cancel?.aborted || isDisplaced) return { kind: "ended", state, failure };
    return { kind: "ended", state, failure: (await this.#conclude(state, journal)) ?? failure };
  }

  #wish(): Wish {
    const asker = { by: "octocat", where: "elsewhere", flags: "" };
    const { wish } = this.#options;
    if (wish === "run") return { kind: "run", digest: this.#world.change.digest, ...asker };
    if (wish === "other") return { kind: "run", digest: "another", ...asker };
    if (wish === "resume") return { kind: "resume", ...asker };
    return { kind: "rollback", repaired: wish === "repaired", ...asker };
  }

  #openingFacts(opening: Opening, recovered: Recovered): Fact[] {
    const { holder, token, acted } = this.lease!;
    const { writeAhead } = recovered;
    const events = [...recovered.events, ...recovered.tail];
    if (opening.kind === "continue") {
      const flushed = recovered.events.length;
      const way = this.#options.wish === "run" || this.#options.wish === "resume" ? "goes-on" : "goes-back";
      const anew = isOutOfDate(events, { flushed, acted }) ? ({ anew: way } as const) : {};
      return [{ kind: "resumed", holder, writeAhead, token, ...anew }, ...opening.facts];
    }
    const { id, environment, version, digest, needsApproval } = this.#world.change;
    const attempt = events.filter(({ kind }) => kind === "attempt-started").length + 1;
    const started: Fact = {
      kind: "attempt-started",
      attempt,
      change: id,
      environment,
      version,
      digest,
      commit: null,
      holder,
      token,
    };
    if (!needsApproval || !this.#world.isApproved) return [started];
    const approvals = [{ of: "production", by: ["hubot"] }];
    return [{ kind: "approved", digest, proof: "github", approvals, attestations: [], owed: [] }, started];
  }

  async #execute(
    state: ChangeState,
    journal: SimJournal,
    opening: readonly Fact[],
  ): Promise<ChangeError | null> {
    const { cancel = new AbortController().signal, until = "end" } = this.#options;
    try {
      await this.#record(opening, state, journal);
      await journal.flush();
      this.isOpen = true;
      await runChange(state, this.#ports(journal), { cancel, until });
      return null;
    } catch (error) {
      if (error instanceof ChangeError && error.code !== "ROLLOUT_STUCK") return error;
      throw error;
    }
  }

  async #record(facts: readonly Fact[], state: ChangeState, journal: SimJournal): Promise<void> {
    const at = new Date(this.clock.now()).toISOString();
    // A union member plus its time is an event again, which TypeScript cannot see.
    const events = facts.map((fact) => ({ ...fact, at }) as ChangeEvent);
    for (const event of events) this.#world.tell(event, evolve(state, event), this);
    await journal.append(events);
  }

  /** Tells the outcome where people look, and makes the whole story durable. */
  async #conclude(state: ChangeState, journal: SimJournal): Promise<ChangeError | null> {
    const told = await this.#world.crowd
      .announcer(this.life)
      .announce(state)
      .then(
        ({ url }): Fact[] => [{ kind: "reported", url }],
        () => [],
      );
    try {
      await this.#record(told, state, journal);
      await journal.flush();
      if (state.outcome !== null) this.machine.dropReceipts();
      return null;
    } catch (error) {
      if (error instanceof ChangeError) return error;
      throw error;
    }
  }

  #ports(journal: SimJournal): Ports {
    const { life, machine, clock } = this;
    const { crowd } = this.#world;
    return {
      clock,
      journal,
      commands: new SimCommands(this.#world, this),
      prober: new SimProber(this.#world, this),
      announcer: crowd.announcer(life),
      messenger: crowd.messenger(life),
      people: crowd.people(life),
      records: crowd.records(life),
      files: backupFiles(machine, life),
      observer: { onEvent: (event, state) => !life.isOver && this.#world.tell(event, state, this) },
    };
  }
}
