import type { Change, Trigger } from "../plan/change.ts";
import type { CommandCall, ReceiptAnswer } from "../ports.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { ChangeState } from "../rollout/state.ts";
import { Backups } from "./backups.ts";
import type { Course, Ending } from "./course.ts";
import { Crowd } from "./crowd.ts";
import { type Faults, NO_FAULTS, type ScriptedFault } from "./faults.ts";
import { Fleet, type Place } from "./fleet.ts";
import { Machine } from "./machine.ts";
import type { Meaning } from "./meaning.ts";
import { Random } from "./random.ts";
import { Remote } from "./remote.ts";
import { Session, type SessionOptions } from "./session.ts";
import { type Stop, VirtualClock } from "./virtual-clock.ts";

export type WorldOptions = Readonly<{
  seed: number;
  faults?: Faults;
  script?: readonly ScriptedFault[];
  startMs?: number;
  /** How long a step takes, at least and at most; its own timeout is kept to. */
  stepMs?: readonly [number, number];
  /** false: the journal never gets an approval. */
  isApproved?: boolean;
  /** There is one process only: what it leaves for others to find, journal and receipts, is not kept. */
  isOneLife?: boolean;
}>;

/** Who looks on. Everything is told at the moment when it happens, and nothing may be changed. */
export type Watcher = Readonly<{
  onEvent: (event: ChangeEvent, state: ChangeState, session: Session) => void;
  /** A process starts a command. */
  onCommand: (call: CommandCall, meaning: Meaning, session: Session) => void;
  /** What a health probe has answered. */
  onSample: (sample: Measurement, session: Session) => void;
  /** A health probe starts while another one of the same check and target is under way. */
  onOverlap: (check: string, target: string | null, session: Session) => void;
}>;

export type Running = Readonly<{ ending: Promise<Ending>; stop: Stop }>;

const NOBODY: Watcher = { onEvent: () => {}, onCommand: () => {}, onSample: () => {}, onOverlap: () => {} };

/**
 * Targets, runners, a git remote and people behind the engine's ports, on a virtual clock: everything that
 * happens comes from the change, the seed, the faults and the script, so it happens the same way every time.
 */
export function createWorld(change: Change, options: WorldOptions): World {
  return new World(change, options);
}

export class World {
  readonly change: Change;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly script: readonly ScriptedFault[];
  readonly stepMs: readonly [number, number];
  readonly startMs: number;
  readonly isApproved: boolean;
  readonly fleet: Fleet;
  readonly isOneLife: boolean;
  readonly remote: Remote;
  readonly backups: Backups;
  readonly crowd: Crowd;
  /** Commands of steps under way, and what those with ssh have left on their targets, by receipt. */
  readonly running = new Map<string, Running>();
  readonly receipts = new Map<string, ReceiptAnswer>();
  /** When people were told that the change is about to start. */
  readonly noticesMs: number[] = [];
  /** How long a push takes while all is well. */
  pushMs = 50;
  /** Nobody reaches the remote. */
  isCutOff = false;
  /** May change while the story goes on. */
  faults: Faults;
  /** Decides how a step's command goes, where it says anything; the rest is drawn. */
  decree: (place: Place, call: CommandCall) => Partial<Course> | null = () => null;
  /** Decides what a health check answers, where it says anything. */
  diagnose: (check: string, target: string | null) => Measurement["verdict"] | null = () => null;
  watcher: Watcher = NOBODY;
  readonly #machines = new Map<string, Machine>();
  /** Triggers of the script that have fired. */
  readonly #acted = new Set<string>();
  #isCalm = false;

  constructor(change: Change, options: WorldOptions) {
    this.change = change;
    this.clock = new VirtualClock(options.startMs);
    this.startMs = this.clock.now();
    this.random = new Random(options.seed);
    this.faults = options.faults ?? NO_FAULTS;
    this.script = options.script ?? [];
    this.stepMs = options.stepMs ?? [1_000, 10_000];
    this.isApproved = options.isApproved ?? true;
    this.isOneLife = options.isOneLife ?? false;
    this.remote = new Remote({ keeps: !this.isOneLife });
    const groups = change.rollout.blueGreen?.groups ?? [];
    this.fleet = new Fleet(change, groups[options.seed % 2]?.name ?? null);
    this.backups = new Backups(this);
    this.crowd = new Crowd(this);
  }

  machine(name: string): Machine {
    const known = this.#machines.get(name);
    if (known !== undefined) return known;
    const machine = new Machine(name);
    this.#machines.set(name, machine);
    return machine;
  }

  /** From here on nothing goes wrong that has not gone wrong already. */
  calm(): void {
    this.faults = NO_FAULTS;
    this.isCutOff = false;
    this.#isCalm = true;
  }

  /** What the machines hold under that path. */
  contentsOf(file: string): string[] {
    return [...this.#machines.values()].flatMap(({ disk }) => disk.files.get(file) ?? []);
  }

  /** A process on one of the machines; it lives while the clock is driven. */
  start(options: SessionOptions): Session {
    return new Session(this, options);
  }

  /** Lets time go by until the work is done. */
  async drive<T>(work: Promise<T>): Promise<T> {
    await this.clock.drive(work);
    return work;
  }

  tell(event: ChangeEvent, state: ChangeState, session: Session): void {
    if (event.kind === "trigger-fired") {
      this.#acted.add(event.trigger);
      // Between its making and its restoring a backup lies where anything may happen to it.
      for (const { disk } of this.#machines.values()) this.backups.rotAll(disk);
    }
    this.watcher.onEvent(event, state, session);
  }

  /** Triggers whose condition holds now, because the script says so. */
  breaching(): readonly Trigger[] {
    if (this.#isCalm || this.script.length === 0) return [];
    const afterMs = this.clock.now() - this.startMs;
    return this.script.flatMap((fault) => {
      if (fault.kind !== "trigger" || afterMs < fault.afterMs) return [];
      const isOver =
        fault.forMs === null ? this.#acted.has(fault.trigger) : afterMs >= fault.afterMs + fault.forMs;
      return isOver ? [] : this.change.triggers.filter(({ name }) => name === fault.trigger);
    });
  }

  isUnhealthyByScript(target: string): boolean {
    const truth = this.fleet.truthOf(target);
    const afterMs = this.clock.now() - this.startMs;
    return this.script.some(
      (fault) =>
        fault.kind === "unhealthy" &&
        fault.target === target &&
        afterMs >= fault.afterMs &&
        this.fleet.isOnNew(truth),
    );
  }
}
