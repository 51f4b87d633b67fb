import { ChangeError, unreachable } from "../errors.ts";
import type { CommandCall, CommandResult, Ports } from "../ports.ts";
import type { Action, Fact } from "../rollout/decide.ts";
import { DETAIL_CHARS_MAX, type StepRun } from "../rollout/events.ts";
import { VERSION_PAUSE_MS, VERSION_TIMEOUT_MS, VERSION_TRIES } from "../rollout/limits.ts";
import type { ChangeState } from "../rollout/state.ts";
import { receiptId, stepEnvironment, targetsOf } from "./environment.ts";

const VERSION_CHARS_MAX = 500;

type Effects = Readonly<{ state: ChangeState; ports: Ports; signal: AbortSignal }>;
export type Effect = Exclude<Action, { kind: "record" }>;

/** Carries out one action and answers with the fact that came of it. Never rejects for what the world does. */
export function perform(effect: Effect, effects: Effects): Promise<Fact> {
  switch (effect.kind) {
    case "run-step":
      return runStep(effect.run, effects);
    case "probe-step":
      return probeStep(effect.run, effects);
    case "record-version":
      return recordVersion(effect.target, effects);
    case "verify-version":
      return verifyVersion(effect.target, effects);
    case "announce":
      return announce(effects);
    default:
      return unreachable(effect);
  }
}

async function runStep(run: StepRun, effects: Effects): Promise<Fact> {
  return factOf(run, await effects.ports.commands.run(callOf(run, effects), effects.signal));
}

function factOf(run: StepRun, result: CommandResult): Fact {
  const { ending, ms, tail } = result;
  switch (ending.kind) {
    case "exited":
      if (ending.code === 0) return { kind: "step-finished", ...run, ms };
      return { kind: "step-failed", ...run, ms, detail: withTail(`exit ${ending.code}`, tail) };
    case "signalled":
      return { kind: "step-failed", ...run, ms, detail: withTail(`ended by ${ending.signal}`, tail) };
    case "timed-out":
      return { kind: "step-failed", ...run, ms, detail: withTail(`timed out after ${ms / 1000} s`, tail) };
    case "not-started":
      return { kind: "step-failed", ...run, ms, detail: withTail(`did not start: ${ending.reason}`, "") };
    case "cancelled":
      return { kind: "step-interrupted", ...run, detail: "ended by us, because the run was cancelled" };
    case "lost":
      return { kind: "step-interrupted", ...run, detail: ending.reason.slice(0, DETAIL_CHARS_MAX) };
    default:
      return unreachable(ending);
  }
}

/** The end of the output says what went wrong, so it is the beginning that is cut. */
function withTail(ending: string, tail: string): string {
  if (tail === "") return ending.slice(0, DETAIL_CHARS_MAX);
  return `${ending}: ${tail.slice(-(DETAIL_CHARS_MAX - ending.length - 2))}`;
}

async function probeStep(run: StepRun, effects: Effects): Promise<Fact> {
  const answer = await effects.ports.commands.probe(callOf(run, effects), effects.signal);
  switch (answer.kind) {
    case "finished":
      if (answer.code === 0) return { kind: "step-finished", ...run, ms: answer.ms };
      return { kind: "step-failed", ...run, ms: answer.ms, detail: `exit ${answer.code}, by its receipt` };
    case "interrupted":
      return { kind: "step-interrupted", ...run, detail: answer.detail.slice(0, DETAIL_CHARS_MAX) };
    case "unstarted":
      return { kind: "step-unstarted", ...run };
    default:
      return unreachable(answer);
  }
}

function callOf(run: StepRun, { state }: Effects): CommandCall {
  const step = state.change.apply[run.scope][run.step]!;
  const undoing = run.direction === "undo";
  return {
    id: receiptId(state, run),
    target: run.target === null ? null : targetsOf(state).get(run.target)!,
    on: run.target === null ? "runner" : step.on,
    script: undoing ? (step.undo ?? "") : step.run,
    env: stepEnvironment(state, run.target),
    timeoutMs: step.timeoutMs,
    label: run.target ?? step.name,
  };
}

async function recordVersion(target: string, effects: Effects): Promise<Fact> {
  const answer = await readVersion(target, effects);
  if (answer.ok) return { kind: "version-recorded", target, version: answer.version };
  return { kind: "version-unreadable", target, detail: answer.detail };
}

async function verifyVersion(target: string, effects: Effects): Promise<Fact> {
  const { state, ports, signal } = effects;
  for (let tries = 1; ; tries++) {
    const answer = await readVersion(target, effects);
    if (answer.ok) {
      const ok = answer.version === state.versions.get(target);
      return { kind: "version-verified", target, ok, version: answer.version };
    }
    if (tries === VERSION_TRIES || signal.aborted) {
      return { kind: "version-verified", target, ok: false, version: null };
    }
    await ports.clock.sleep(VERSION_PAUSE_MS, signal);
  }
}

type VersionAnswer = { ok: true; version: string } | { ok: false; detail: string };

async function readVersion(target: string, { state, ports, signal }: Effects): Promise<VersionAnswer> {
  const result = await ports.commands.run(
    {
      id: null,
      target: targetsOf(state).get(target)!,
      on: "targets",
      script: state.change.versionCommand ?? "",
      env: stepEnvironment(state, target),
      timeoutMs: VERSION_TIMEOUT_MS,
      label: null,
    },
    signal,
  );
  const version = result.stdout.trim();
  const { ending } = result;
  if (ending.kind !== "exited" || ending.code !== 0) {
    const how = ending.kind === "exited" ? `exit ${ending.code}` : ending.kind;
    return { ok: false, detail: withTail(how, result.tail) };
  }
  if (version === "") return { ok: false, detail: "the version command printed nothing" };
  if (version.length > VERSION_CHARS_MAX) {
    return { ok: false, detail: `the version command printed more than ${VERSION_CHARS_MAX} characters` };
  }
  return { ok: true, version };
}

/** People are told while the undo is under way; a rollback never waits for it. */
async function announce({ state, ports }: Effects): Promise<Fact> {
  try {
    const { url } = await ports.announcer.announce(state);
    return { kind: "announced", url };
  } catch (error) {
    const hint = error instanceof ChangeError && error.hint !== undefined ? ` ${error.hint}` : "";
    const detail = `${error instanceof Error ? error.message : error}${hint}`;
    return { kind: "announce-failed", detail: detail.slice(0, DETAIL_CHARS_MAX) };
  }
}
