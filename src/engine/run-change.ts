import { ChangeError } from "../errors.ts";
import type { PersonCommand, Ports } from "../ports.ts";
import { type Action, decide, type Fact } from "../rollout/decide.ts";
import { isNews } from "../rollout/is-news.ts";
import { backoffMs } from "../rollout/limits.ts";
import { takeNote } from "../rollout/notes.ts";
import type { ChangeState } from "../rollout/state.ts";
import { isForward } from "../rollout/steps-of.ts";
import { type Effect, perform } from "./effects.ts";
import { Mailbox } from "./mailbox.ts";
import { Monitor } from "./monitor.ts";
import { type Permission, Recorder } from "./recorder.ts";
import { waitAtMost } from "./wait-at-most.ts";

/** Even with nothing to wait for, look again: a wait without an end would be a hang. */
const HEARTBEAT_MS = 60_000;
/** An error, as libraries know it by its name; made once, for its stack takes time and nobody reads it. */
const OVER = new DOMException("it is over", "AbortError");
/** How long effects may take to end once they have been told to. Commands are killed well before. */
const ENDING_MS = 1_500;

/** `prepare`, `deploy` and `verify` may be steps of a job, each a process: it ends once its phase is reached. */
export type Until = "prepare" | "deploy" | "verify" | "end";

/**
 * Decides, acts and records until there is an outcome, or until `cancel` aborts or a person says so: then
 * nothing new starts, what runs is ended, and the state says `interrupted`. The caller has recorded
 * `attempt-started`, `resumed` or another opening event. Holds no rules of its own.
 *
 * @throws ChangeError when the journal can no longer be written: no effect starts after that.
 */
export async function runChange(
  state: ChangeState,
  ports: Ports,
  { cancel, until = "end" }: Readonly<{ cancel: AbortSignal; until?: Until }>,
): Promise<void> {
  const engine = new Engine(state, ports, { cancel, until });
  await engine.run();
}

type Starting = Extract<Effect, { kind: "run-step" }>;

class Engine {
  readonly #state: ChangeState;
  readonly #ports: Ports;
  readonly #cancel: AbortSignal;
  readonly #until: Until;
  readonly #stop = new AbortController();
  /** Ends what is only being asked: a rollback has no use for the answer, and must not be talked over by it. */
  readonly #forward = new AbortController();
  readonly #mailbox: Mailbox;
  readonly #recorder: Recorder;
  readonly #monitor: Monitor;
  readonly #pending = new Set<Promise<unknown>>();
  #failure: unknown = null;

  constructor(
    state: ChangeState,
    ports: Ports,
    { cancel, until }: Readonly<{ cancel: AbortSignal; until: Until }>,
  ) {
    this.#state = state;
    this.#ports = ports;
    this.#cancel = cancel;
    this.#until = until;
    this.#mailbox = new Mailbox(ports.clock);
    this.#recorder = new Recorder(state, ports, (error) => this.#fail(error));
    const options = { post: this.#mailbox.post.bind(this.#mailbox), signal: this.#stop.signal };
    this.#monitor = new Monitor(state, ports, options);
  }

  async run(): Promise<void> {
    const rouse = () => this.#mailbox.rouse();
    this.#cancel.addEventListener("abort", rouse);
    const command = (spoken: PersonCommand) => this.#mailbox.post({ kind: "commanded", ...heard(spoken) });
    this.#ports.people.listen(this.#state, command, this.#stop.signal);
    try {
      while (this.#state.outcome === null && !this.#hasReached() && !this.#isStopping()) await this.#turn();
    } finally {
      this.#cancel.removeEventListener("abort", rouse);
      await this.#end();
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #isStopping(): boolean {
    const isAborted = this.#state.order?.command === "abort";
    return this.#cancel.aborted || isAborted || this.#failure !== null;
  }

  /** At rest, so that the process that goes on finds nothing in doubt. */
  #hasReached(): boolean {
    const { progress, rollback, inFlight, asked } = this.#state;
    if (this.#until === "end" || rollback !== null) return false;
    return progress.reached.has(this.#until) && inFlight.size + asked.size === 0;
  }

  async #turn(): Promise<void> {
    this.#takeFacts();
    // An abort among them ends the run here: nothing would ever rouse a wait for what comes next.
    if (this.#isStopping()) return;
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
    for (const fact of this.#mailbox.drain()) {
      // Another one may have come first that leaves it nothing to say.
      if (fact.kind !== "trigger-fired" || isNews(this.#state, fact)) this.#record(fact);
    }
  }

  #record(fact: Fact): void {
    this.#recorder.record(fact);
    if (this.#state.rollback !== null) this.#forward.abort(OVER);
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
    if (action.kind === "make-backup") this.#declareBackup(action.backup);
    const what = askedBy(action);
    if (what !== null) takeNote(this.#state, { kind: "asked", what });
    effects.push(action);
  }

  #declareBackup(backup: string): void {
    const file = this.#ports.files.place(this.#state, backup);
    this.#record({ kind: "backup-started", backup, file });
  }

  #launch(effect: Effect, permission: Permission): void {
    const done: Promise<unknown> = this.#carryOut(effect, permission).then(
      () => this.#pending.delete(done),
      (error) => {
        this.#pending.delete(done);
        this.#fail(error);
      },
    );
    this.#pending.add(done);
  }

  async #carryOut(effect: Effect, permission: Permission): Promise<void> {
    if (effect.kind === "run-step" && !(await this.#mayStart(effect, permission))) {
      return this.#mailbox.post({ kind: "step-unstarted", ...effect.run });
    }
    if (effect.kind === "make-backup") {
      await permission("do");
      this.#ports.journal.assertHeld();
    }
    const { signal } = askedBy(effect) === null ? this.#stop : this.#forward;
    const fact = await perform(effect, { state: this.#state, ports: this.#ports, signal });
    if (fact !== null) this.#mailbox.post(fact);
  }

  /** Asked at the last moment: while the step waited, a trigger may have fired or the lease have run out. */
  async #mayStart({ run, tryNumber }: Starting, permission: Permission): Promise<boolean> {
    try {
      await permission(isForward(run) ? "do" : "undo");
      if (tryNumber > 1) await this.#ports.clock.sleep(backoffMs(tryNumber), this.#stop.signal);
      this.#ports.journal.assertHeld();
    } catch (error) {
      this.#fail(error);
      return false;
    }
    const { rollback, pause } = this.#state;
    // A hold lets targets that were begun come to rest, and starts no step for all of them.
    const isHeld = pause !== null && run.target === null;
    const isTooLate = isForward(run) && (rollback !== null || isHeld);
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
    const interrupted = this.#state.outcome === null && (this.#isStopping() || !this.#hasReached());
    if (interrupted) this.#stop.abort(OVER);
    this.#forward.abort(OVER);
    // With an outcome only an announcement can be under way, for which neither the remote nor a canceller waits.
    if (this.#state.outcome !== null && this.#pending.size > 0) this.#recorder.push();
    const limit = interrupted ? ENDING_MS : { ms: HEARTBEAT_MS, cancel: this.#cancel };
    await waitAtMost(this.#ports.clock, Promise.allSettled([...this.#pending]), limit);
    this.#stop.abort(OVER);
    this.#mailbox.close();
    this.#takeFacts();
    const { order } = this.#state;
    if (interrupted && this.#failure === null) {
      const cause = order === null ? String(this.#cancel.reason ?? "cancelled") : `aborted by ${order.by}`;
      this.#record({ kind: "interrupted", cause });
    }
    await this.#recorder.settle().catch((error) => this.#fail(error));
  }
}

/** By which name the state knows that it has been asked; the others are told apart by facts of their own. */
function askedBy(action: Effect): string | null {
  switch (action.kind) {
    case "check-requirement":
      return "requirement";
    case "ask-check":
      return "check";
    case "give-notice":
      return "notice";
    case "record-baseline":
      return `baseline ${action.check}`;
    case "confirm-backups":
      return "confirm";
    case "observe-active":
      return "active";
    default:
      return null;
  }
}

function heard({ command, by, role, id, restore }: PersonCommand) {
  return { command, by, role, id, ...(restore === undefined ? {} : { restore: [...restore] }) };
}
