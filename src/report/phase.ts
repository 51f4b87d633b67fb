import type { Outcome } from "../rollout/event-parts.ts";
import type { StageName } from "../rollout/stages.ts";
import type { ChangeState } from "../rollout/state.ts";
import { stageNow } from "./stages-told.ts";

/** Where the change stands, for people; `over` is every final outcome. */
export type Phase =
  | "waiting"
  | "at the gate"
  | "waiting for the window"
  | "checking before the start"
  | "recording versions"
  | "giving notice"
  | "backing up"
  | "preparing"
  | "before the batches"
  | "updating"
  | "waiting for health"
  | "switching"
  | "baking"
  | "after the batches"
  | "verifying"
  | "giving the service back"
  | "asking a person"
  | "coming to rest"
  | "responding"
  | "rolling back"
  | "restoring backups"
  | "verifying the rollback"
  | "over";

/** An interruption is no fact that ends the change, but it is the outcome of the run that it ended. */
export function outcomeOf(state: ChangeState): Outcome | null {
  return state.outcome?.outcome ?? (state.interrupted === null ? null : "interrupted");
}

/** When it ended, or the last event of one that runs: what is reported afterwards moves it no more. */
export function endMsOf({ spent, lastMs, outcome }: ChangeState): number {
  return outcome !== null && spent.stage === "done" ? spent.sinceMs : lastMs;
}

export function reasonOf(state: ChangeState): Readonly<{ reasonCode: string; reason: string }> | null {
  if (state.outcome !== null) return { reasonCode: state.outcome.reasonCode, reason: state.outcome.reason };
  return state.interrupted === null ? null : { reasonCode: "interrupted", reason: state.interrupted };
}

export function phaseOf(state: ChangeState): Phase {
  if (outcomeOf(state) !== null) return "over";
  if (state.attempt === 0) return "waiting";
  if (state.rollback !== null) return phaseBack(state);
  if (state.pause !== null) return state.pause.kind === "question" ? "asking a person" : "coming to rest";
  if (state.progress.awaited !== null) return "waiting for the window";
  const stage = stageNow(state, state.lastMs);
  // What comes after the last batch is told apart below.
  return stage === "apply" || stage === "rollback" || stage === "done" ? phaseApplying(state) : STAGES[stage];
}

const STAGES: Readonly<Record<Exclude<StageName, "apply" | "rollback" | "done">, Phase>> = {
  gate: "at the gate",
  checks: "checking before the start",
  survey: "recording versions",
  notice: "giving notice",
  backup: "backing up",
  prepare: "preparing",
  verify: "verifying",
  resume: "giving the service back",
};

function phaseApplying(state: ChangeState): Phase {
  const { batch, inFlight, settling } = state;
  if (inFlight.has("after") || isPastBatches(state)) return "after the batches";
  if (inFlight.has("switch")) return "switching";
  if (batch.bakeStartedMs !== null) return "baking";
  if (batch.opened) return settling.size > 0 && inFlight.size === 0 ? "waiting for health" : "updating";
  return batch.index > 0 ? "updating" : "before the batches";
}

function phaseBack(state: ChangeState): Phase {
  const { once, responses, inFlight } = state;
  if (inFlight.has("respond") || once.respond.done < responses.length) return "responding";
  if (inFlight.has("restore")) return "restoring backups";
  if (inFlight.has("prepare")) return "giving the service back";
  return isRestoring(state) ? "rolling back" : "verifying the rollback";
}

/** Something is still waiting for its undo, or being undone. */
export function isRestoring(state: ChangeState): boolean {
  const { rollback } = state;
  if (rollback === null || rollback.times.verifiedMs !== null) return false;
  const waiting = rollback.broken.length + rollback.healthy.length + rollback.undoing.size;
  return waiting + state.inFlight.size + state.inDoubt.size > 0;
}

function isPastBatches(state: ChangeState): boolean {
  return state.batch.index >= state.batches.length;
}
