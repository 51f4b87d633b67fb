import { unreachable } from "../errors.ts";
import type { StepList, Target } from "../plan/change.ts";
import type { CommandCall, CommandResult } from "../ports.ts";
import type { Fact } from "../rollout/decide.ts";
import { DETAIL_CHARS_MAX, type StepRun } from "../rollout/event-parts.ts";
import { stepsOf } from "../rollout/steps-of.ts";
import { readyBackup } from "./backup-effects.ts";
import type { Effects } from "./effects.ts";
import { receiptId, stepEnvironment, targetsOf } from "./environment.ts";
import { forEachTarget } from "./for-each-target.ts";

/**
 * Runs one step to its end, on its target, on the runner, or (a once-step `on: targets`) on every target.
 * null where we end, and cannot say whether it has: then it stays in doubt for whoever goes on.
 */
export function runStep(run: StepRun, effects: Effects): Promise<Fact | null> {
  // What is in flight is kept a thousand times over: no more frames than are needed.
  if (run.target !== null) return runCall(run, { ...effects, target: targetOf(run.target, effects) });
  return run.scope === "restore" ? restore(run, effects) : runEverywhere(run, effects);
}

async function restore(run: StepRun, effects: Effects): Promise<Fact | null> {
  const backup = await readyBackup(effects.state.restores[run.step]!, effects);
  if (!backup.ok) return { kind: "step-failed", ...run, ms: 0, detail: backup.detail };
  return runCall(run, { ...effects, target: null, file: backup.file });
}

async function runEverywhere(run: StepRun, effects: Effects): Promise<Fact | null> {
  const facts = await forEachTarget(placesOf(run, effects), effects, (target) =>
    runCall(run, { ...effects, target }),
  );
  return worstOf(run, facts);
}

/** Where a call goes; `file` is that of the backup that it restores. */
type At = Effects & Readonly<{ target: Target | null; file?: string }>;

async function runCall(run: StepRun, at: At): Promise<Fact | null> {
  const call = callOf(run, at);
  const result = await at.ports.commands.run(call, at.signal);
  if (result.ending.kind !== "lost") return factOf(run, result, at.target);
  // Whoever has lost sight of a step asks its receipt: it may well be running still.
  const known = at.signal.aborted ? null : await ask(run, call, at);
  return known?.kind === "step-interrupted" ? factOf(run, result, at.target) : known;
}

/** What became of a step that another process started; null where we end before it is known. */
export async function probeStep(run: StepRun, effects: Effects): Promise<Fact | null> {
  const facts = await forEachTarget(placesOf(run, effects), effects, (target) =>
    ask(run, callOf(run, { ...effects, target }), effects),
  );
  return worstOf(run, facts);
}

/** Lists whose steps the plan may have run on every target; the change's own once-steps run on the runner. */
const WIDE: ReadonlySet<StepList> = new Set(["prepare", "respond"]);

/** By its receipt; one that is still alive is waited for. null: we end, and it may be alive. */
async function ask(run: StepRun, call: CommandCall, { ports, signal }: Effects): Promise<Fact | null> {
  const answer = await ports.commands.probe(call, signal);
  switch (answer.kind) {
    case "finished":
      if (answer.code === 0) return { kind: "step-finished", ...run, ms: answer.ms };
      return { kind: "step-failed", ...run, ms: answer.ms, detail: `exit ${answer.code}, by its receipt` };
    case "interrupted":
      if (signal.aborted) return null;
      return { kind: "step-interrupted", ...run, detail: answer.detail.slice(0, DETAIL_CHARS_MAX) };
    case "unstarted":
      return { kind: "step-unstarted", ...run };
    default:
      return unreachable(answer);
  }
}

/** null is the runner. */
function placesOf(run: StepRun, { state }: Effects): readonly (Target | null)[] {
  if (run.target !== null) return [targetOf(run.target, { state })];
  const step = stepsOf(state, run.scope)[run.step];
  return WIDE.has(run.scope) && step?.on === "targets" ? state.change.targets : [null];
}

function targetOf(name: string, { state }: Pick<Effects, "state">): Target {
  return targetsOf(state).get(name)!;
}

/** A step that runs on many targets is as good as its worst answer: in doubt before failed before done. */
function worstOf(run: StepRun, answers: readonly (Fact | null)[]): Fact | null {
  const facts = answers.filter((fact) => fact !== null);
  if (facts.length < answers.length) return null;
  const all = (kind: Fact["kind"]) => facts.every((fact) => fact.kind === kind);
  const ofKind = (kind: Fact["kind"]) => facts.find((fact) => fact.kind === kind);
  if (all("step-unstarted")) return { kind: "step-unstarted", ...run };
  const started = ofKind("step-unstarted") === undefined ? undefined : INCOMPLETE;
  const interrupted = ofKind("step-interrupted");
  if (interrupted !== undefined || started !== undefined) {
    return interrupted ?? { kind: "step-interrupted", ...run, detail: INCOMPLETE };
  }
  const ms = facts.reduce((most, fact) => ("ms" in fact ? Math.max(most, fact.ms) : most), 0);
  return ofKind("step-failed") ?? { kind: "step-finished", ...run, ms };
}

const INCOMPLETE = "it had not been started everywhere";

function factOf(run: StepRun, result: CommandResult, target: Target | null): Fact {
  const { ending, ms, tail } = result;
  // Who it was is in the run already, but for a once-step that runs on many.
  const who = run.target === null && target !== null ? `${target.name}: ` : "";
  const failed = (how: string, output = tail): Fact => ({
    kind: "step-failed",
    ...run,
    ms,
    detail: withTail(`${who}${how}`, output),
  });
  switch (ending.kind) {
    case "exited":
      return ending.code === 0 ? { kind: "step-finished", ...run, ms } : failed(`exit ${ending.code}`);
    case "signalled":
      return failed(`ended by ${ending.signal}`);
    case "timed-out":
      return failed(`timed out after ${ms / 1000} s`);
    case "not-started":
      return failed(`did not start: ${ending.reason}`, "");
    case "lost":
      return { kind: "step-interrupted", ...run, detail: withTail(`${who}${ending.reason}`, "") };
    case "cancelled":
      return { kind: "step-interrupted", ...run, detail: "ended by us, because the run was cancelled" };
    default:
      return unreachable(ending);
  }
}

/** The end of the output says what went wrong, so it is the beginning that is cut. */
export function withTail(ending: string, tail: string): string {
  if (tail === "") return ending.slice(0, DETAIL_CHARS_MAX);
  const kept = Math.max(0, DETAIL_CHARS_MAX - ending.length - 2);
  return kept === 0 ? ending.slice(0, DETAIL_CHARS_MAX) : `${ending}: ${tail.slice(-kept)}`;
}

function callOf(run: StepRun, { state, target, file }: At): CommandCall {
  const step = stepsOf(state, run.scope)[run.step]!;
  const undoing = run.direction === "undo";
  const env = stepEnvironment(state, target?.name ?? null);
  return {
    id: receiptId(state, run, target),
    target,
    on: target === null ? "runner" : step.on,
    script: undoing ? (step.undo ?? "") : step.run,
    env: file === undefined ? env : { ...env, BACKUP_FILE: file },
    timeoutMs: step.timeoutMs,
    label: target?.name ?? step.name,
  };
}
