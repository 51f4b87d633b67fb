import type { Change, Check, Condition, Target } from "../plan/change.ts";
import type { Prober } from "../ports.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import type { Life } from "./life.ts";
import type { Session } from "./session.ts";
import type { World } from "./world.ts";

const SAMPLE_MS = 5;
/** What a check measures while all is well, where its limits have no other wish. */
const NORMAL = 50;

type Sample = Pick<Measurement, "verdict" | "value" | "detail">;
type Role = "health" | "contact" | "preflight" | "verify";
/** What never changes of a check, and the targets that it is looking at. */
type Known = Readonly<{ role: Role; normal: number; well: Sample; open: Set<string | null> }>;

const UNKNOWN: Sample = { verdict: "unknown", value: null, detail: "no value" };
const REFUSED: Sample = { verdict: "unhealthy", value: null, detail: "refused" };

/** Samples as one process takes them. */
export class SimProber implements Prober {
  readonly #world: World;
  readonly #session: Session;
  readonly #life: Life;
  readonly #known = new Map<Check, Known>();

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
    const { role, open } = this.#knownOf(check);
    const name = target?.name ?? null;
    if (role === "health" && open.has(name)) this.#world.watcher.onOverlap(check.name, name, this.#session);
    open.add(name);
    const isSlow = random.chance(faults.slow);
    await clock.sleep(isSlow ? check.timeoutMs : SAMPLE_MS, signal);
    open.delete(name);
    const { verdict, value, detail } =
      isSlow || signal.aborted ? late(check) : this.#look(check, target, role);
    const measurement = { target: name, check: check.name, verdict, value, detail };
    if (role === "health" && !signal.aborted) this.#world.watcher.onSample(measurement, this.#session);
    return this.#life.pass(measurement);
  }

  #look(check: Check, target: Target | null, role: Role): Sample {
    const { random, faults } = this.#world;
    if (role === "verify") return random.chance(faults.verify) ? REFUSED : this.#well(check);
    if (role !== "health")
      return random.chance(faults.check) ? random.pick([REFUSED, UNKNOWN]) : this.#well(check);
    const decided = this.#world.diagnose(check.name, target?.name ?? null);
    if (decided !== null)
      return { healthy: this.#well(check), unhealthy: REFUSED, unknown: UNKNOWN }[decided];
    if (random.chance(faults.mute)) return UNKNOWN;
    return target === null ? this.#lookAtService(check) : this.#lookAt(check, target.name);
  }

  #lookAt(check: Check, name: string): Sample {
    const { fleet, clock } = this.#world;
    const truth = fleet.truthOf(name);
    if (this.#world.isUnhealthyByScript(name) || !fleet.isServing(truth, clock.now())) return REFUSED;
    return this.#breachOf(check) ?? this.#well(check);
  }

  #lookAtService(check: Check): Sample {
    if (!this.#world.fleet.isDataGood) return REFUSED;
    return this.#breachOf(check) ?? this.#well(check);
  }

  #well(check: Check): Sample {
    return this.#knownOf(check).well;
  }

  #knownOf(check: Check): Known {
    const known = this.#known.get(check);
    if (known !== undefined) return known;
    const { change } = this.#world;
    const normal = normalOf(check, change);
    const well = judged(check, normal);
    const made = { role: roleOf(change, check), normal, well, open: new Set<string | null>() };
    this.#known.set(check, made);
    return made;
  }

  /** What a trigger waits for, while the world has it so. */
  #breachOf(check: Check): Sample | null {
    for (const { when } of this.#world.breaching()) {
      if (when.kind === "check" && when.check === check.name)
        return breach(check, when, this.#knownOf(check).normal);
    }
    return null;
  }
}

/** Inside the limits of the check and short of those of the triggers, all of which are exclusive. */
function normalOf(check: Check, { triggers }: Change): number {
  const whens = triggers.flatMap(({ when }) =>
    when.kind === "check" && when.check === check.name ? [when] : [],
  );
  const low = Math.max(
    ...[check.above, ...whens.map(({ below }) => below)].map((limit) => limit ?? -Infinity),
  );
  const high = Math.min(
    ...[check.below, ...whens.map(({ above }) => above)].map((limit) => limit ?? Infinity),
  );
  if (low < NORMAL && NORMAL < high) return NORMAL;
  if (high === Infinity) return low + NORMAL;
  return low === -Infinity ? high - NORMAL : (low + high) / 2;
}

function breach(check: Check, when: Extract<Condition, { kind: "check" }>, normal: number): Sample {
  if (when.above !== null) return judged(check, when.above + 1);
  if (when.below !== null) return judged(check, when.below - 1);
  if (when.worseBy === null) return REFUSED;
  const share = (when.worseBy + 10) / 100;
  return judged(check, check.above === null ? normal * (1 + share) : normal * (1 - share));
}

/** Limits are exclusive. */
function judged(check: Check, value: number): Sample {
  const isWithin =
    (check.below === null || value < check.below) && (check.above === null || value > check.above);
  return { verdict: isWithin ? "healthy" : "unhealthy", value, detail: "" };
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
