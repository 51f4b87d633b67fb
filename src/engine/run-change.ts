import { ChangeError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import { type Action, decide, type Fact } from "../rollout/decide.ts";
import { backoffMs } from "../rollout/limits.ts";
import { takeNote } from "../rollout/notes.ts";
import type { ChangeState } from "../rollout/state.ts";
import { type Effect, perform } from "./effects.ts";
import { Mailbox } from "./mailbox.ts";
import { Monitor } from "./monitor.ts";
import { type Permission, Recorder } from "./recorder.ts";
import { waitAtMost } from "./wait-at-most.ts";

/** Even with nothing to wait for, look again: a wait without an end would be a hang. */
const HEARTBEAT_MS = 60_000;
/** How long effects may take to end once they have been told to. Commands are killed well before. */
const ENDING_MS = 1_500;

/**
 * Decides, acts and records until there is an outcome, or until `cancel` aborts: then nothing new
 * starts, what runs is ended, and the state says `interrupted`. The caller has recorded
 * `attempt-started`, `resumed` or another opening event. Holds no rules of its own.
 *
 * @throws ChangeError when the journal can no longer be written: no effect starts after that.
 */
export async function runChange(state: ChangeState, ports: Ports, cancel: AbortSignal): Promise<void> {
  const engine = new Engine(state, ports, cancel);
  await engine.run();
}

type Starting = Extract<Effect, { kind: "run-step" }>;

class Engine {
  readonly #state: ChangeState;
  readonly #ports: Ports;
  readonly #cancel: AbortSignal;
  readonly #stop = new AbortController();
  readonly #mailbox: Mailbox;
  readonly #recorder: Recorder;
  readonly #monitor: Monitor;
  readonly #pending = new Set<Promise<void>>();
  #failure: unknown = null;

  constructor(state: ChangeState, ports: Ports, cancel: AbortSignal) {
    this.#state = state;
    this.#ports = ports;
    this.#cancel = cancel;
    this.#mailbox = new Mailbox(ports.clock);
    this.#recorder = new Recorder(state, ports, (error) => this.#fail(error));
    const options = { post: this.#mailbox.post.bind(this.#mailbox), signal: this.#stop.signal };
    this.#monitor = new Monitor(state, ports, options);
  }

  async run(): Promise<void> {
    const rouse = () => this.#mailbox.rouse();
    this.#cancel.addEventListener("abort", rouse);
    try {
      while (this.#state.outcome === null && !this.#isStopping()) await this.#turn();
    } finally {
      this.#cancel.removeEventListener("abort", rouse);
      await this.#end();
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #isStopping(): boolean {
    return this.#cancel.aborted || this.#failure !== null;
  }

  async #turn(): Promise<void> {
    this.#takeFacts();
    const decision = decide(this.#state, this.#ports.clock.now());
    const effects: Effect[] = [];
    for (const action of decision.actions) this.#declare(action, effects);
    const permission = this.#recorder.commit();
    for (const effect of effects) this.#launch(effect, permission);
    if (decision.actions.length > 0) return;

    if (this.#state.inFlight.size === 0 && this.#state.settling.size > 0) this.#recorder.rest();
    this.#refuseToHang(decision.wakeAtMs);
    await this.#mailbox.wait(decision.wakeAtMs ?? this.#ports.clock.now() + HEARTBEAT_MS);
  }

  #takeFacts(): void {
    for (const fact of this.#mailbox.drain()) this.#record(fact);
  }

  #record(fact: Fact): void {
    this.#recorder.record(fact);
    this.#monitor.follow(fact);
  }

  /** Facts and intents are applied at once, so that the next decision already knows of them. */
  #declare(action: Action, effects: Effect[]): void {
    if (action.kind === "record") return this.#record(action.fact);
    if (action.kind === "run-step") this.#record({ kind: "step-started", ...action.run });
    if (action.kind === "probe-step") takeNote(this.#state, { kind: "probe-asked", run: action.run });
    if (action.kind === "record-version") {
      takeNote(this.#state, { kind: "survey-asked", position: action.position });
    }
    if (action.kind === "verify-version") {
      takeNote(this.#state, { kind: "version-asked", target: action.target });
    }
    if (action.kind === "announce") takeNote(this.#state, { kind: "announcing" });
    effects.push(action);
  }

  #launch(effect: Effect, permission: Permission): void {
    const done = this.#carryOut(effect, permission)
      .catch((error) => this.#fail(error))
      .finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  async #carryOut(effect: Effect, permission: Permission): Promise<void> {
    if (effect.kind === "run-step" && !(await this.#mayStart(effect, permission))) {
      return this.#mailbox.post({ kind: "step-unstarted", ...effect.run });
    }
    const { signal } = this.#stop;
    this.#mailbox.post(await perform(effect, { state: this.#state, ports: this.#ports, signal }));
  }

  /** Asked at the last moment: while the step waited, a trigger may have fired or the lease have run out. */
  async #mayStart({ run, tryNumber }: Starting, permission: Permission): Promise<boolean> {
    try {
      await permission(run.direction);
      if (tryNumber > 1) await this.#ports.clock.sleep(backoffMs(tryNumber), this.#stop.signal);
      this.#ports.journal.assertHeld();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    const isTooLate = run.direction === "do" && this.#state.rollback !== null;
    return !isTooLate && !this.#isStopping();
  }

  /** A rollback goes on without the remote; anything else that breaks the journal ends the run. */
  #fail(error: unknown): void {
    const isTransient = error instanceof ChangeError && error.code === "JOURNAL_UNREACHABLE";
    if (isTransient && this.#state.rollback !== null) return;
    this.#failure ??= error;
    this.#mailbox.rouse();
  }

  /** A bug guard: nothing runs and no deadline is set, so whatever is waited for need never happen. */
  #refuseToHang(wakeAtMs: number | null): void {
    if (wakeAtMs !== null || this.#pending.size > 0 || this.#isStopping()) return;
    throw new ChangeError("ROLLOUT_STUCK", "Nothing is due, nothing is running, and there is no outcome.", {
      hint: "This is a defect in change-deploy: please report it with the journal.",
    });
  }

  /** Ends what runs, takes its last facts, and leaves a journal that says how far the change got. */
  async #end(): Promise<void> {
    const interrupted = this.#state.outcome === null;
    if (interrupted) this.#stop.abort();
    const ended = Promise.allSettled([...this.#pending]);
    // With an outcome only an announcement can be under way, for which nobody who cancels us waits.
    const limit = interrupted ? ENDING_MS : { ms: HEARTBEAT_MS, cancel: this.#cancel };
    await waitAtMost(this.#ports.clock, ended, limit);
    this.#stop.abort();
    this.#takeFacts();
    if (interrupted && this.#failure === null) {
      const cause = String(this.#cancel.reason ?? "cancelled");
      this.#record({ kind: "interrupted", cause });
    }
    await this.#recorder.settle().catch((error) => this.#fail(error));
  }
}
