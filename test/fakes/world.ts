import { runChange } from "../../src/engine/run-change.ts";
import { ChangeError } from "../../src/errors.ts";
import type { Change } from "../../src/plan/change.ts";
import type { CommandCall, CommandResult, Ports, ReceiptAnswer } from "../../src/ports.ts";
import { VirtualClock } from "../../src/rehearsal/virtual-clock.ts";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { evolve } from "../../src/rollout/evolve.ts";
import { planOpening, type Wish } from "../../src/rollout/reopen.ts";
import { replay } from "../../src/rollout/replay.ts";
import type { ChangeState } from "../../src/rollout/state.ts";

/** What a command does: how long it takes, and how it ends. Its effect is applied at its end. */
export type Behaviour = { ms?: number; code?: number; lost?: boolean };
export type Health = "healthy" | "unhealthy" | "unknown";

export type WorldOptions = {
  behave?: (call: CommandCall, world: World) => Behaviour;
  health?: (target: string, world: World) => Health;
  /** false: the version command fails. */
  readable?: (target: string, world: World) => boolean;
  /** What commands of the runner print, by their script. */
  printed?: Readonly<Record<string, string>>;
};

export type RunOptions = Readonly<{
  /** The runner is killed once so many events have been recorded. */
  killAfter?: number;
  cancel?: AbortSignal;
  wish?: "run" | "rollback" | "repaired";
}>;

const HOLDER = { actor: "tester", where: "test" };
const NEVER = new Promise<never>(() => {});

/** Targets with versions behind the engine's ports, on a virtual clock; the runner can be killed at any moment. */
export class World {
  readonly clock = new VirtualClock();
  readonly change: Change;
  readonly journal: ChangeEvent[] = [];
  readonly versions = new Map<string, string>();
  /** Every command that took effect, in order: `target: script`. */
  readonly log: string[] = [];
  readonly running = new Set<string>();
  /** Called after every event, with the state that it left. */
  watch: (event: ChangeEvent, state: ChangeState) => void = () => {};
  /** Called before every command of a step. */
  onCommand: (call: CommandCall) => void = () => {};
  appends = 0;
  flushes = 0;
  flushMs = 50;
  flushFails: string | null = null;
  /** Events of the journal that are at the remote; the others are lost with the runner's disk. */
  durable = 0;
  announcements = 0;
  #receipts = new Map<string, ReceiptAnswer>();
  #options: WorldOptions;
  #life = 0;
  #disk = 0;
  #hasLost = false;

  constructor(change: Change, options: WorldOptions = {}) {
    this.change = change;
    this.#options = options;
    for (const target of change.targets) this.versions.set(target.name, "1.0");
  }

  /** One process: starts the change, or goes on with it, until it stops or is killed. */
  async run(options: RunOptions = {}): Promise<ChangeState> {
    const life = ++this.#life;
    const killAt = this.journal.length + (options.killAfter ?? Number.POSITIVE_INFINITY);
    const state = replay(this.change, this.journal);
    const ports = this.#ports(life, killAt);
    this.#open(state, ports, options);
    const work = runChange(state, ports, { cancel: options.cancel ?? new AbortController().signal });
    await this.clock.drive(work, () => this.#life !== life);
    if (this.#life === life) await work;
    return state;
  }

  kill(): void {
    this.#life++;
  }

  /** The runner's disk is gone, with all that had not reached the remote and all that ran there. */
  loseDisk(): void {
    this.#life++;
    this.#disk++;
    this.#hasLost = true;
    this.journal.length = this.durable;
    this.#receipts.clear();
    this.running.clear();
  }

  #open(state: ChangeState, ports: Ports, { wish = "run" }: RunOptions): void {
    const at = new Date(this.clock.now()).toISOString();
    for (const event of this.#openingEvents(state, { at, kind: wish })) {
      evolve(state, event);
      this.journal.push(event);
      ports.observer.onEvent(event, state);
    }
    this.durable = this.journal.length;
    this.#hasLost = false;
  }

  #openingEvents(
    state: ChangeState,
    { at, kind }: { at: string; kind: NonNullable<RunOptions["wish"]> },
  ): ChangeEvent[] {
    const { id, environment, version, digest } = this.change;
    const asker = { by: "octocat", where: "elsewhere", flags: "" };
    const wish: Wish =
      kind === "run"
        ? { kind, digest, ...asker }
        : { kind: "rollback", repaired: kind === "repaired", ...asker };
    const opening = planOpening(this.journal.length === 0 ? null : { state, digest }, wish);
    if (opening.kind === "start") {
      const attempt = state.attempt + 1;
      const which = { attempt, change: id, environment, version, digest, commit: null };
      return [{ kind: "attempt-started", at, ...which, holder: HOLDER }];
    }
    if (opening.kind !== "continue") throw new Error(`the change is over: ${opening.why}`);
    const writeAhead = this.#hasLost ? "missing" : "found";
    const facts = opening.facts.map((fact) => ({ ...fact, at }) as ChangeEvent);
    return [{ kind: "resumed", at, holder: HOLDER, writeAhead }, ...facts];
  }

  #ports(life: number, killAt: number): Ports {
    const alive = <T>(value: T): T | Promise<never> => (this.#life === life ? value : NEVER);
    const clock = this.clock;
    return {
      clock: {
        now: () => clock.now(),
        sleep: (ms, signal) => clock.sleep(ms, signal).then(() => alive(undefined)),
      },
      journal: {
        append: async (events) => {
          if (this.#life !== life) return NEVER;
          this.appends++;
          this.journal.push(...events);
          if (this.journal.length >= killAt) this.kill();
          return alive(undefined);
        },
        flush: async () => {
          this.flushes++;
          const upTo = this.journal.length;
          await clock.sleep(this.flushMs);
          if (this.flushFails !== null) throw new ChangeError("JOURNAL_UNREACHABLE", this.flushFails);
          if (this.#life === life) this.durable = Math.max(this.durable, upTo);
          return alive(undefined);
        },
        assertHeld: () => {},
      },
      commands: {
        run: (call, signal) => (this.#life === life ? this.#command(call, signal).then(alive) : NEVER),
        probe: (call) => this.#probe(call).then(alive),
      },
      prober: {
        sample: async (check, target) => {
          await clock.sleep(5);
          const verdict = this.#options.health?.(target?.name ?? "service", this) ?? "healthy";
          const detail = verdict === "healthy" ? "open" : "refused";
          return alive({ target: target?.name ?? null, check: check.name, verdict, value: null, detail });
        },
      },
      announcer: {
        announce: async () => {
          await clock.sleep(300);
          this.announcements++;
          return alive({ url: "https://github.test/issues/1" });
        },
      },
      messenger: { giveNotice: async () => alive([]) },
      people: { listen: () => {} },
      records: {
        hasSucceeded: async () => alive({ met: true, detail: "succeeded" }),
        countIssues: async () => alive(0),
      },
      files: {
        place: (_, backup) => `/backups/${backup}`,
        hash: async () => alive({ sha256: "0".repeat(64), bytes: 1 }),
      },
      observer: { onEvent: (event, state) => this.#life === life && this.watch(event, state) },
    };
  }

  async #command(call: CommandCall, signal: AbortSignal): Promise<CommandResult> {
    const name = call.target?.name ?? "runner";
    if (call.script === this.change.versionCommand) {
      await this.clock.sleep(10);
      const isReadable = this.#options.readable?.(name, this) ?? true;
      return this.#result(isReadable ? 0 : 1, 10, this.versions.get(name) ?? "");
    }
    const printed = this.#options.printed?.[call.script];
    if (printed !== undefined) return this.#result(0, 10, printed);
    this.onCommand(call);
    const { ms = 1_000, code = 0, lost = false } = this.#options.behave?.(call, this) ?? {};
    const disk = this.#disk;
    this.#receipts.set(call.id!, { kind: "interrupted", detail: "no status" });
    this.running.add(name);
    await this.clock.sleep(ms, signal);
    if (disk !== this.#disk) return NEVER;
    this.running.delete(name);
    if (signal.aborted) return { ms, tail: "", stdout: "", ending: { kind: "cancelled" } };
    if (code === 0) this.#apply(call, name);
    if (!lost) this.#receipts.set(call.id!, { kind: "finished", code, ms });
    return this.#result(code, ms, "");
  }

  #apply(call: CommandCall, name: string): void {
    this.log.push(`${name}: ${call.script}`);
    if (call.script === "install") this.versions.set(name, call.env.CHANGE_VERSION!);
    if (call.script === "uninstall") this.versions.set(name, call.env.PREVIOUS_VERSION || "1.0");
  }

  #result(code: number, ms: number, stdout: string): CommandResult {
    const tail = code === 0 ? "" : "it broke";
    return { ms, tail, stdout, ending: { kind: "exited", code } };
  }

  /** A command outlives the process that started it: its receipt comes when it ends. */
  async #probe(call: CommandCall): Promise<ReceiptAnswer> {
    for (let waited = 0; waited < 100 && this.running.has(call.target?.name ?? "runner"); waited++) {
      await this.clock.sleep(1_000);
    }
    return this.#receipts.get(call.id!) ?? { kind: "unstarted" };
  }
}
