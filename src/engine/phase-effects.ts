import type { Check, PlacedCheck, Target } from "../plan/change.ts";
import type { CheckPhase, Fact } from "../rollout/decide.ts";
import type { Measurement } from "../rollout/event-parts.ts";
import { VERSION_TIMEOUT_MS } from "../rollout/limits.ts";
import { describeEnding } from "./describe-ending.ts";
import type { Effects } from "./effects.ts";
import { checkEnvironment, stepEnvironment, targetsOf } from "./environment.ts";
import { forEachTarget } from "./for-each-target.ts";
import { withTail } from "./step-effects.ts";

/** More would not be read. */
const MEASUREMENTS_MAX = 10;
/** Samples of so many targets stand for all when a baseline is measured. */
const BASELINE_TARGETS_MAX = 64;

/** Asked everywhere where it is to be asked; passed only where every answer is healthy. null: cancelled. */
export async function askCheck(
  { phase, index }: Readonly<{ phase: CheckPhase; index: number }>,
  effects: Effects,
): Promise<Fact | null> {
  const check = findCheck(phase, index, effects);
  const samples = await sampleAll(check, placesOf(check, phase, effects), effects);
  if (effects.signal.aborted) return null;
  const bad = samples.filter(({ verdict }) => verdict !== "healthy");
  const worst = (bad.length > 0 ? bad : samples).slice(0, MEASUREMENTS_MAX);
  return {
    kind: "check-asked",
    phase,
    check: index,
    name: check.name,
    passed: bad.length === 0,
    targets: check.on === "runner" ? 0 : samples.length,
    measurements: worst,
  };
}

function findCheck(phase: CheckPhase, index: number, { state }: Effects): PlacedCheck {
  const { team, preflight, verify } = state.change;
  if (phase === "preflight") return preflight.checks[index]!;
  if (phase === "verify") return verify[index]!;
  const { name, test } = team.contacts.filter((contact) => contact.test !== null)[index]!;
  return { ...test!, name, on: "runner" };
}

/** Before the change every target is asked, after it those that were changed; null is the runner. */
function placesOf({ on }: PlacedCheck, phase: CheckPhase, { state }: Effects): readonly (Target | null)[] {
  if (on === "runner") return [null];
  if (phase !== "verify") return state.change.targets;
  return [...state.targets.keys()].map((name) => targetsOf(state).get(name)!);
}

function sampleAll(
  check: Check,
  places: readonly (Target | null)[],
  effects: Effects,
): Promise<Measurement[]> {
  const { state, ports, signal } = effects;
  return forEachTarget(places, effects, (target) =>
    ports.prober.sample(check, target, checkEnvironment(state, check, target?.name ?? null), signal),
  );
}

/** What is normal: the mean of what was measured over the check's baseline time. */
export async function recordBaseline(name: string, effects: Effects): Promise<Fact | null> {
  const { state, ports, signal } = effects;
  const { checks, service, everyMs } = state.change.health;
  const check = [...checks, ...service].find((one) => one.name === name)!;
  const isService = service.includes(check);
  const places = isService ? [null] : state.change.targets.slice(0, BASELINE_TARGETS_MAX);
  const untilMs = ports.clock.now() + (check.baselineMs ?? 0);
  let sum = 0;
  let count = 0;
  do {
    const samples = await sampleAll(check, places, effects);
    for (const { value } of samples) {
      if (value === null) continue;
      sum += value;
      count++;
    }
    await ports.clock.sleep(Math.min(everyMs, Math.max(0, untilMs - ports.clock.now())), signal);
  } while (ports.clock.now() < untilMs && !signal.aborted);
  if (signal.aborted) return null;
  return { kind: "baseline-recorded", check: name, value: count === 0 ? null : sum / count };
}

export async function checkRequirement(index: number, { state, ports }: Effects): Promise<Fact> {
  const { requires, version } = state.change;
  const requirement = requires[index]!;
  const answer = await ports.records.hasSucceeded(requirement, version, ports.clock.now());
  return { kind: "requirement-checked", environment: requirement.environment, ...answer };
}

export async function giveNotice({ state, ports }: Effects): Promise<Fact> {
  return { kind: "notice-given", failed: [...(await ports.messenger.giveNotice(state))] };
}

/** Which group is live, in the words of the plan's own command. */
export async function observeActive({ state, ports, signal }: Effects): Promise<Fact | null> {
  const { blueGreen } = state.change.rollout;
  const result = await ports.commands.run(
    {
      id: null,
      target: null,
      on: "runner",
      script: blueGreen?.active ?? "false",
      env: stepEnvironment(state, null),
      timeoutMs: VERSION_TIMEOUT_MS,
      label: null,
    },
    signal,
  );
  if (signal.aborted) return null;
  const { ending, stdout, tail } = result;
  const group = stdout.trim();
  if (ending.kind !== "exited" || ending.code !== 0) {
    const how = describeEnding(ending);
    return { kind: "active-observed", group: null, detail: withTail(how, tail) };
  }
  const isKnown = blueGreen?.groups.some(({ name }) => name === group) ?? false;
  const detail = withTail(isKnown ? "it is live" : "it printed no name of a group", isKnown ? "" : group);
  return { kind: "active-observed", group: isKnown ? group : null, detail };
}
