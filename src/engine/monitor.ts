import { assess, observe, type Track, UNKNOWN_TRACK, type Verdict } from "../health/track.ts";
import type { Check, Target } from "../plan/change.ts";
import type { Clock, Prober, Records } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import { isUnderWay } from "../rollout/stages.ts";
import type { ChangeState } from "../rollout/state.ts";
import { checkEnvironment, targetsOf } from "./environment.ts";
import { watchIssues } from "./issue-watch.ts";
import { patrol } from "./patrol.ts";
import { TriggerWatch } from "./trigger-watch.ts";
import { Turnstile } from "./turnstile.ts";

/** Targets probed at the same time, at most. */
const PROBES_MAX = 64;

export type MonitorPorts = Readonly<{ clock: Clock; prober: Prober; records: Records }>;
/** What was seen on the new version says nothing about the old one: the way back is watched afresh. */
type Way = "forward" | "back";

/**
 * Samples the health of the targets that the state watches, of the service, and of what the triggers are
 * about: one loop per target, so that its probes never overlap. Reports changes of verdict, and triggers.
 */
export class Monitor {
  readonly #state: ChangeState;
  readonly #ports: MonitorPorts;
  readonly #post: (fact: Fact) => void;
  readonly #triggers: TriggerWatch;
  readonly #turnstile = new Turnstile(PROBES_MAX);
  readonly #signal: AbortSignal;
  /** Targets that have a loop, and the other loops. */
  readonly #watched: Readonly<Record<Way, Set<string>>> = { forward: new Set(), back: new Set() };
  readonly #loops = new Set<string>();
  #isBack: boolean;
  /** Under way, by target. */
  readonly #rounds = new Map<string, Promise<readonly Measurement[]>>();

  constructor(
    state: ChangeState,
    ports: MonitorPorts,
    options: Readonly<{ post: (fact: Fact) => void; signal: AbortSignal }>,
  ) {
    this.#state = state;
    this.#ports = ports;
    this.#post = options.post;
    this.#isBack = state.rollback !== null;
    this.#triggers = new TriggerWatch(state, ports.clock, options.post);
    this.#signal = options.signal;
    for (const name of state.watching) this.#consider(name);
    this.#watchTheRest();
  }

  /** Starts watching the targets that this fact has put among the watched. */
  follow(fact: Fact): void {
    if (fact.kind === "gate-passed") this.#watchTheRest();
    if (fact.kind === "trigger-fired") this.#turnBack();
    else if ("target" in fact && fact.target !== null) this.#consider(fact.target);
  }

  /** Triggers may fire by the thousands; only with the one that begins the rollback others are watched. */
  #turnBack(): void {
    if (this.#isBack || this.#state.rollback === null) return;
    this.#isBack = true;
    for (const name of this.#state.watching) this.#consider(name);
  }

  /** What is watched from the gate to the end, whatever happens to single targets. */
  #watchTheRest(): void {
    if (!this.#state.progress.gatePassed) return;
    const { health, triggers } = this.#state.change;
    if (health.service.length > 0) this.#start("service", (signal) => this.#watchService(signal));
    const checks = this.#triggers.checksOfTargets();
    if (checks.length > 0) this.#start("patrol", (signal) => this.#patrol(checks, signal));
    const { clock, records } = this.#ports;
    for (const trigger of triggers) {
      if (trigger.when.kind !== "issues") continue;
      const watch = { state: this.#state, trigger, post: this.#post, clock, records };
      this.#start(`issues ${trigger.name}`, (signal) => watchIssues(watch, signal));
    }
  }

  #start(loop: string, work: (signal: AbortSignal) => Promise<void>): void {
    if (this.#signal.aborted || this.#loops.has(loop)) return;
    this.#loops.add(loop);
    work(this.#signal).finally(() => this.#loops.delete(loop));
  }

  #consider(name: string): void {
    const way = this.#way();
    if (!this.#isWatched(name, way) || this.#watched[way].has(name)) return;
    this.#watched[way].add(name);
    this.#watch(name, way);
  }

  #way(): Way {
    return this.#state.rollback === null ? "forward" : "back";
  }

  async #watch(name: string, way: Way): Promise<void> {
    const { clock } = this.#ports;
    const rules = this.#state.change.health;
    const target = targetsOf(this.#state).get(name)!;
    let track = UNKNOWN_TRACK;
    let told: Told = UNTOLD;
    while (this.#isWatched(name, way)) {
      const startedMs = clock.now();
      const round = await this.#sampleTarget(rules.checks, target, this.#signal);
      // Whatever has been seen counts, also where the target is looked at no longer.
      for (const measurement of round) this.#triggers.observe(measurement, rules.everyMs);
      if (!this.#isWatched(name, way)) break;
      track = observe(track, round, { nowMs: clock.now(), rules });
      const news = newsOf(told, track, round);
      if (news !== null) {
        told = news;
        this.#post({ kind: "health-changed", target: name, verdict: news.verdict, measurements: [...round] });
      }
      await clock.sleep(Math.max(0, startedMs + rules.everyMs - clock.now()), this.#signal);
    }
    this.#watched[way].delete(name);
    this.#triggers.lose(name);
  }

  #isWatched(name: string, way: Way): boolean {
    return !this.#signal.aborted && this.#state.watching.has(name) && this.#way() === way;
  }

  /** Samples from before the moment that the state counts from say nothing about what came after it. */
  async #watchService(signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const rules = this.#state.change.health;
    let track = UNKNOWN_TRACK;
    let told: Told = UNTOLD;
    let { epoch } = this.#state.service;
    while (!this.#isOver()) {
      const startedMs = clock.now();
      if (!isUnderWay(this.#state) && this.#state.rollback === null) {
        // Nothing depends on it yet, and its baseline may be being measured: probes never overlap.
        await clock.sleep(rules.everyMs, signal);
        continue;
      }
      const sampled = this.#state.service.epoch;
      const round = await this.#sample(rules.service, null, signal);
      if (this.#isOver()) return;
      if (epoch !== sampled) [track, told, epoch] = [UNKNOWN_TRACK, UNTOLD, sampled];
      if (sampled === this.#state.service.epoch) {
        track = observe(track, round, { nowMs: clock.now(), rules });
        const news = newsOf(told, track, round);
        if (news !== null) {
          told = news;
          this.#post({ kind: "service-changed", verdict: news.verdict, measurements: [...round] });
        }
      }
      for (const measurement of round) this.#triggers.observe(measurement, rules.everyMs);
      await clock.sleep(Math.max(0, startedMs + rules.everyMs - clock.now()), signal);
    }
  }

  #patrol(checks: readonly Check[], signal: AbortSignal): Promise<void> {
    return patrol(
      {
        state: this.#state,
        clock: this.#ports.clock,
        isOver: () => this.#isOver(),
        pass: (name) => this.#triggers.lose(name),
        visit: async (target, everyMs) => {
          // Somebody who no longer watches it may have a probe under way.
          if (this.#rounds.has(target.name)) return;
          const round = await this.#sampleTarget(checks, target, signal);
          for (const measurement of round) this.#triggers.observe(measurement, everyMs);
        },
      },
      signal,
    );
  }

  #isOver(): boolean {
    return this.#signal.aborted || this.#state.outcome !== null;
  }

  /** Of one target one round after another, whoever asks for it: probes never overlap. */
  #sampleTarget(
    checks: readonly Check[],
    target: Target,
    signal: AbortSignal,
  ): Promise<readonly Measurement[]> {
    const { name } = target;
    const earlier = this.#rounds.get(name);
    const begin = () => this.#sample(checks, target, signal);
    const round = earlier === undefined ? begin() : earlier.then(begin, begin);
    this.#rounds.set(name, round);
    const forget = () => void (this.#rounds.get(name) === round && this.#rounds.delete(name));
    round.then(forget, forget);
    return round;
  }

  #sample(
    checks: readonly Check[],
    target: Target | null,
    signal: AbortSignal,
  ): Promise<readonly Measurement[]> {
    const { prober } = this.#ports;
    const ask = (check: Check) => {
      const env = checkEnvironment(this.#state, check, target?.name ?? null);
      return prober.sample(check, target, env, signal);
    };
    return this.#turnstile.pass(() => Promise.all(checks.map(ask)));
  }
}

/** What was said last, and whether it was said why: before the first answer nothing is known, and nothing is wrong. */
type Told = Readonly<{ verdict: Verdict; isExplained: boolean }>;
const UNTOLD: Told = { verdict: "unknown", isExplained: false };

/** A change of verdict, or the first answer that is missing: people have to be able to see which one. null: neither. */
function newsOf(told: Told, { verdict }: Track, round: readonly Measurement[]): Told | null {
  const isMissing = verdict === "unknown" && assess(round) === "unknown";
  if (verdict === told.verdict && (!isMissing || told.isExplained)) return null;
  return { verdict, isExplained: isMissing };
}
