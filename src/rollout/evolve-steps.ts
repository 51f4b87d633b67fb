import type { Change } from "../plan/change.ts";
import type { StepRun } from "./event-parts.ts";
import type { EventOf } from "./events.ts";
import { backupRestored, enqueueForUndo, startUndo, stepUndone } from "./evolve-rollback.ts";
import { expectService } from "./evolve-service.ts";
import {
  climbFailed,
  climbFinished,
  climbInterrupted,
  climbStarted,
  climbUnstarted,
  findIrreversible,
  newLadder,
} from "./ladder.ts";
import type { ChangeState, Ladder, TargetState } from "./state.ts";
import { isForward, stepsOf } from "./steps-of.ts";

type StepEvent = EventOf<
  "step-started" | "step-finished" | "step-failed" | "step-interrupted" | "step-unstarted"
>;

/** Who a step belongs to: its target, or the once-list that it stands in. At most one is in flight per owner. */
export function ownerOf(run: StepRun): string {
  return run.target ?? run.scope;
}

export function evolveStep(state: ChangeState, event: StepEvent): void {
  const owner = ownerOf(event);
  const ladder = ladderOf(state, event);
  if (event.kind === "step-started") return startStep(state, event, ladder);

  state.inFlight.delete(owner);
  state.inDoubt.delete(owner);
  settleLadder(ladder, event);
  if (event.kind === "step-unstarted") forgetIrreversible(state, event, ladder);
  if (event.target !== null) releaseTarget(state, event);
  if (event.scope === "restore") backupRestored(state, event);
  if (event.scope === "switch") afterSwitch(state, event);
  if (event.direction === "undo") stepUndone(state, event);
}

function startStep(state: ChangeState, event: EventOf<"step-started">, ladder: Ladder): void {
  const { scope, step, target, direction, run } = event;
  const owner = ownerOf(event);
  climbStarted(ladder, event);
  state.runs = Math.max(state.runs, run);
  if (scope !== "prepare" && isForward(event)) {
    state.hasTouched = true;
    state.progress.awaited = null;
  }
  state.inFlight.set(owner, { scope, step, target, direction, run });
  const definition = stepsOf(state, scope)[step];
  if (direction === "do" && definition?.irreversible) state.irreversible.set(owner, definition.name);
  if (target !== null) {
    state.ready.delete(target);
    if (state.lost.at(-1) === target) state.lost.pop();
    state.unavailable.add(target);
  }
  if (direction === "undo") startUndo(state, event);
}

function settleLadder(ladder: Ladder, event: Exclude<StepEvent, { kind: "step-started" }>): void {
  switch (event.kind) {
    case "step-finished":
      return climbFinished(ladder, event);
    case "step-failed":
      return climbFailed(ladder, event, event.detail);
    case "step-interrupted":
      return climbInterrupted(ladder, event.detail);
    case "step-unstarted":
      return climbUnstarted(ladder);
  }
}

/** A once-list's ladder, or the target's, which its first step makes: from here on it is touched. */
function ladderOf(state: ChangeState, run: StepRun): Ladder {
  if (run.scope !== "each") return state.once[run.scope];
  return touch(state, run.target!).ladder;
}

function touch(state: ChangeState, name: string): TargetState {
  return state.targets.get(name) ?? addTarget(state, name, state.batch.index);
}

/** Shared by all targets that wait for their first answer. */
const NOT_MEASURED: TargetState["measurements"] = [];

export function addTarget(state: ChangeState, name: string, index: number): TargetState {
  const target: TargetState = {
    status: "updating",
    batch: index,
    ladder: newLadder(),
    measurements: NOT_MEASURED,
    reason: null,
    healthOk: false,
    versionOk: false,
  };
  state.targets.set(name, target);
  const { batch } = state;
  const members = state.batches[batch.index] ?? [];
  while (batch.next < members.length && state.targets.has(members[batch.next]!)) batch.next++;
  return target;
}

/** The target has nothing in flight any more: what is due next depends on how far it has got. */
function releaseTarget(state: ChangeState, event: Exclude<StepEvent, { kind: "step-started" }>): void {
  const name = event.target!;
  const target = state.targets.get(name)!;
  if (state.rollback !== null) {
    if (event.direction === "do" || !state.rollback.undoing.has(name)) enqueueForUndo(state, name);
    return;
  }
  // A late word about an earlier run changes nothing for a target that has settled, or has failed.
  if (target.status !== "updating") return;
  state.ready.add(name);
  if (event.kind === "step-finished" && target.ladder.done === state.change.apply.each.length) {
    settle(state, name, Date.parse(event.at));
  }
}

/** All steps are done. Without checks there is nothing more to wait for. */
export function settle(state: ChangeState, name: string, sinceMs: number): void {
  const target = state.targets.get(name)!;
  state.ready.delete(name);
  state.batch.limitMs = limitFrom(state.change, sinceMs);
  expectService(state, sinceMs);
  if (state.change.health.checks.length === 0) {
    target.status = "updated";
    state.unavailable.delete(name);
    if (target.batch === state.batch.index) state.batch.left--;
    return;
  }
  target.status = "settling";
  state.settling.set(name, sinceMs);
  state.watching.add(name);
}

/** However long the switch took, that time was nobody's to become healthy in. */
function afterSwitch(state: ChangeState, event: Exclude<StepEvent, { kind: "step-started" }>): void {
  const atMs = Date.parse(event.at);
  expectService(state, atMs);
  if (event.direction === "do" && state.batch.limitMs !== null) {
    state.batch.limitMs = limitFrom(state.change, atMs);
  }
}

/** Time to become healthy, to bake, and for one relapse in between. */
export function limitFrom({ rollout, health }: Change, atMs: number): number {
  return atMs + health.deadlineMs + rollout.bakeMs + health.deadlineMs;
}

function forgetIrreversible(state: ChangeState, run: StepRun, ladder: Ladder): void {
  if (findIrreversible(stepsOf(state, run.scope), ladder) === undefined) {
    state.irreversible.delete(ownerOf(run));
  }
}
