import type { Change, Check, Condition, Target } from "../plan/change.ts";
import type { Prober } from "../ports.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import type { Life } from "./life.ts";
import type { Session } from "./session.ts";
import type { World } from "./world.ts";

const SAMPLE_MS = 5;
/** What every check measures while all is well. */
const NORMAL = 50;

type Sample = Pick<Measurement, "verdict" | "value" | "detail">;
type Role = "health" | "contact" | "preflight" | "verify";

const UNKNOWN: Sample = { verdict: "unknown", value: null, detail: "no value" };
const REFUSED: Sample = { verdict: "unhealthy", value: null, detail: "refused" };

/** Samples as one process takes them. */
export class SimProber implements Prober {
  readonly #world: World;
  readonly #session: Session;
  readonly #life: Life;
  /** Health probes under way, by check and target. */
  readonly #open = new Set<string>();

  constructor(world: World, session: Session) {
    this.#world = world;
    this.#session = session;
    this.#life = session.life;
  }

  async sample(
    check: Check,
    target: Target | null,
    _env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Measurement> {
    const { clock, random, faults } = this.#world;
    await this.#life.pass(undefined);
    const role = roleOf(this.#world.change, check);
    const key = `${check.name}\n${target?.name ?? ""}`;
    if (role === "health" && this.#open.has(key)) this.#world.watcher.onOverlap(key, this.#session);
    this.#open.add(key);
    const isSlow = random.chance(faults.slow);
    await clock.sleep(isSlow ? check.timeoutMs : SAMPLE_MS, signal);
    this.#open.delete(key);
    const sample = isSlow || signal.aborted ? late(check) : this.#look(check, target, role);
    const measurement = { target: target?.name ?? null, check: check.name, ...sample };
    if (role === "health" && !signal.aborted) this.#world.watcher.onSample(measurement, this.#session);
    return this.#life.pass(measurement);
  }

  #look(check: Check, target: Target | null, role: Role): Sample {
    const { random, faults } = this.#world;
    if (role === "verify") return random.chance(faults.verify) ? REFUSED : well(check);
    if (role !== "health") return random.chance(faults.check) ? random.pick([REFUSED, UNKNOWN]) : well(check);
    const decided = this.#world.diagnose(check.name, target?.name ?? null);
    if (decided !== null) return { healthy: well(check), unhealthy: REFUSED, unknown: UNKNOWN }[decided];
    if (random.chance(faults.mute)) return UNKNOWN;
    return target === null ? this.#lookAtService(check) : this.#lookAt(check, target.name);
  }

  #lookAt(check: Check, name: string): Sample {
    const { fleet, clock } = this.#world;
    const truth = fleet.targets.get(name)!;
    if (this.#world.isUnhealthyByScript(name) || !fleet.isServing(truth, clock.now())) return REFUSED;
    return this.#breachOf(check) ?? well(check);
  }

  #lookAtService(check: Check): Sample {
    if (!this.#world.fleet.isDataGood) return REFUSED;
    return this.#breachOf(check) ?? well(check);
  }

  /** What a trigger waits for, while the world has it so. */
  #breachOf(check: Check): Sample | null {
    for (const { when } of this.#world.breaching()) {
      if (when.kind === "check" && when.check === check.name) return breach(check, when);
    }
    return null;
  }
}

function well(check: Check): Sample {
  return judged(check, NORMAL);
}

function breach(check: Check, when: Extract<Condition, { kind: "check" }>): Sample {
  if (when.above !== null) return judged(check, when.above + 1);
  if (when.below !== null) return judged(check, when.below - 1);
  if (when.worseBy === null) return REFUSED;
  const share = (when.worseBy + 10) / 100;
  return judged(check, check.above === null ? NORMAL * (1 + share) : NORMAL * (1 - share));
}

/** Limits are exclusive. */
function judged(check: Check, value: number): Sample {
  const isWithin =
    (check.below === null || value < check.below) && (check.above === null || value > check.above);
  return { verdict: isWithin ? "healthy" : "unhealthy", value, detail: String(value) };
}

/** A connection that takes too long is a failure; a command that does has measured nothing. */
function late({ probe }: Check): Sample {
  const isProof = probe.kind === "http" || probe.kind === "tcp";
  return { ...(isProof ? REFUSED : UNKNOWN), detail: "it took too long" };
}

function roleOf({ health, preflight, verify }: Change, check: Check): Role {
  if (health.checks.includes(check) || health.service.includes(check)) return "health";
  if (preflight.checks.some((one) => one === check)) return "preflight";
  return verify.some((one) => one === check) ? "verify" : "contact";
}
