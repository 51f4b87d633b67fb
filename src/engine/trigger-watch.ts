import { Breaches } from "../health/breaches.ts";
import { answerOf } from "../health/condition.ts";
import type { Check, Trigger } from "../plan/change.ts";
import { printSpan } from "../plan/units.ts";
import type { Clock } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import { isNews } from "../rollout/is-news.ts";
import { boundReason } from "../rollout/reasons.ts";
import { isUnderWay } from "../rollout/stages.ts";
import type { ChangeState } from "../rollout/state.ts";

/** How much longer than planned the time between two samples may be, and still count as seen. */
const GAPS_MAX = 3;

type Watched = Readonly<{ trigger: Trigger; check: Check; breaches: Breaches }>;

/** Holds every sample against the plan's triggers, and says when one fires. Live in every state that is not final. */
export class TriggerWatch {
  readonly #state: ChangeState;
  readonly #clock: Clock;
  readonly #post: (fact: Fact) => void;
  readonly #byCheck = new Map<string, Watched[]>();

  constructor(state: ChangeState, clock: Clock, post: (fact: Fact) => void) {
    this.#state = state;
    this.#clock = clock;
    this.#post = post;
    const { triggers, health, targets } = state.change;
    const checks = new Map([...health.checks, ...health.service].map((check) => [check.name, check]));
    for (const trigger of triggers) {
      const check = trigger.when.kind === "check" ? checks.get(trigger.when.check) : undefined;
      if (check === undefined) continue;
      const watched = { trigger, check, breaches: new Breaches(trigger, targets.length) };
      this.#byCheck.set(check.name, [...(this.#byCheck.get(check.name) ?? []), watched]);
    }
    this.#seed();
  }

  /** Checks of `scope: target` that some trigger is about. */
  checksOfTargets(): readonly Check[] {
    return this.#state.change.health.checks.filter(({ name }) => this.#byCheck.has(name));
  }

  /** `everyMs` is how often this target is asked. */
  observe(measurement: Measurement, everyMs: number): void {
    const watched = this.#byCheck.get(measurement.check);
    if (watched === undefined || !this.#isLive()) return;
    for (const one of watched) this.#hold(one, measurement, everyMs);
  }

  /** Nobody looks at this target for a while. */
  lose(target: string): void {
    for (const watched of this.#byCheck.values()) for (const { breaches } of watched) breaches.lose(target);
  }

  #isLive(): boolean {
    const { outcome, rollback } = this.#state;
    return outcome === null && (rollback !== null || isUnderWay(this.#state));
  }

  #hold({ trigger, check, breaches }: Watched, measurement: Measurement, everyMs: number): void {
    const { when } = trigger;
    if (when.kind !== "check") return;
    const baseline = this.#state.progress.baselines.get(check.name) ?? null;
    const answer = answerOf(when, measurement, { check, baseline });
    const gapMsMax = GAPS_MAX * (everyMs + check.timeoutMs);
    const { target } = measurement;
    const seen = breaches.observe({ target, answer, nowMs: this.#clock.now(), gapMsMax });
    if (seen === null) return;
    if (seen.change === "fired") return this.#fire(trigger, measurement);
    // A condition without a time fires at once: its beginning says nothing more.
    if (when.forMs === 0) return;
    const kind = seen.change === "began" ? "breach-began" : "breach-ended";
    this.#post({ kind, trigger: trigger.name, target: seen.target });
  }

  #fire(trigger: Trigger, measurement: Measurement): void {
    if (!isNews(this.#state, { trigger: trigger.name, severity: trigger.severity })) return;
    this.#post({
      kind: "trigger-fired",
      trigger: trigger.name,
      severity: trigger.severity,
      reason: boundReason(reasonOf(trigger, measurement)),
      by: null,
      measurements: [measurement],
    });
  }

  #seed(): void {
    for (const [key, { heldMs }] of this.#state.breaches) {
      const [name, target] = JSON.parse(key) as [string, string | null];
      const all = [...this.#byCheck.values()].flat();
      all.find(({ trigger }) => trigger.name === name)?.breaches.seed(target, heldMs);
    }
  }
}

function reasonOf({ when }: Trigger, { target, check, detail }: Measurement): string {
  if (when.kind !== "check") return detail;
  const where = target === null ? "" : `${target}: `;
  const share = when.share === null ? "" : ` on at least ${when.share} % of the targets`;
  const span = when.forMs === 0 ? "" : `, for ${printSpan(when.forMs)}`;
  return `${where}${check}: ${detail}${limitWords(when)}${share}${span}`;
}

function limitWords({ above, below, worseBy }: Extract<Trigger["when"], { kind: "check" }>): string {
  if (above !== null) return ` (the trigger's limit is ${above})`;
  if (below !== null) return ` (the trigger's limit is ${below})`;
  return worseBy === null ? "" : ` (more than ${worseBy} % worse than before)`;
}
