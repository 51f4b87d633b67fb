import { observe, UNKNOWN_TRACK, type Verdict } from "../health/track.ts";
import type { Clock, Prober } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import type { ChangeState } from "../rollout/state.ts";
import { stepEnvironment, targetsOf } from "./environment.ts";

/** Targets probed at the same time, at most. */
const PROBES_MAX = 64;

type Watch = Readonly<{ loop: string; signal: AbortSignal }>;

/**
 * Samples the health of the targets that the state watches, one loop per target, so that its probes
 * never overlap. Reports changes of verdict only.
 */
export class Monitor {
  readonly #state: ChangeState;
  readonly #ports: Readonly<{ clock: Clock; prober: Prober }>;
  readonly #post: (fact: Fact) => void;
  /** Each loop waits on a signal of its own: thousands of listeners on a single one cost quadratic time. */
  readonly #loops = new Map<string, AbortController>();
  #isStopped = false;
  /** Who waits for room to probe; the next one at `#next`, as taking from the front would move all others. */
  #queue: (() => void)[] = [];
  #next = 0;
  #probing = 0;

  constructor(
    state: ChangeState,
    ports: Readonly<{ clock: Clock; prober: Prober }>,
    options: Readonly<{ post: (fact: Fact) => void; signal: AbortSignal }>,
  ) {
    this.#state = state;
    this.#ports = ports;
    this.#post = options.post;
    options.signal.addEventListener("abort", () => this.#stop(), { once: true });
    for (const name of state.watching) this.#consider(name);
  }

  /** Starts watching the targets that this fact has put among the watched. */
  follow(fact: Fact): void {
    if (fact.kind === "trigger-fired") for (const name of this.#state.watching) this.#consider(name);
    else if ("target" in fact && fact.target !== null) this.#consider(fact.target);
  }

  #stop(): void {
    this.#isStopped = true;
    for (const controller of this.#loops.values()) controller.abort("stopped");
  }

  #consider(name: string): void {
    const loop = this.#loopOf(name);
    if (this.#isStopped || !this.#state.watching.has(name) || this.#loops.has(loop)) return;
    const controller = new AbortController();
    this.#loops.set(loop, controller);
    this.#watch(name, { loop, signal: controller.signal }).finally(() => this.#loops.delete(loop));
  }

  /** What was seen on the new version says nothing about the old one: the way back is watched afresh. */
  #loopOf(name: string): string {
    return this.#state.rollback === null ? `forward ${name}` : `back ${name}`;
  }

  async #watch(name: string, { loop, signal }: Watch): Promise<void> {
    const { clock } = this.#ports;
    const rules = this.#state.change.health;
    let track = UNKNOWN_TRACK;
    let told: Verdict = "unknown";
    while (this.#isWatched(name, loop)) {
      const startedMs = clock.now();
      const round = await this.#sample(name, signal);
      if (!this.#isWatched(name, loop)) return;
      track = observe(track, round, { nowMs: clock.now(), rules });
      if (track.verdict !== told) {
        told = track.verdict;
        this.#post({ kind: "health-changed", target: name, verdict: told, measurements: [...round] });
      }
      await clock.sleep(Math.max(0, startedMs + rules.everyMs - clock.now()), signal);
    }
  }

  #isWatched(name: string, loop: string): boolean {
    return !this.#isStopped && this.#state.watching.has(name) && this.#loopOf(name) === loop;
  }

  async #sample(name: string, signal: AbortSignal): Promise<readonly Measurement[]> {
    const target = targetsOf(this.#state).get(name)!;
    const env = stepEnvironment(this.#state, name);
    await this.#enter();
    try {
      const { checks } = this.#state.change.health;
      return await Promise.all(checks.map((check) => this.#ports.prober.sample(check, target, env, signal)));
    } finally {
      this.#leave();
    }
  }

  async #enter(): Promise<void> {
    if (this.#probing >= PROBES_MAX) await new Promise<void>((resolve) => this.#queue.push(resolve));
    this.#probing++;
  }

  #leave(): void {
    this.#probing--;
    this.#queue[this.#next++]?.();
    if (this.#next < this.#queue.length) return;
    this.#queue = [];
    this.#next = 0;
  }
}
