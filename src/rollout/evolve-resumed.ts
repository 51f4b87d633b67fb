import type { EventOf, StepRun } from "./events.ts";
import { enqueueForUndo } from "./evolve-rollback.ts";
import { addTarget, ownerOf, settle } from "./evolve-steps.ts";
import { climbInterrupted, climbUnknown } from "./ladder.ts";
import type { ChangeState, Ladder } from "./state.ts";

const LOST = "the process that ran it is gone, and so is its record";

/**
 * Another process goes on. What was in flight is in doubt, what was healthy is no longer known to
 * be, and waits are measured anew, but for the bake: time that was served stays served.
 */
export function evolveResumed(state: ChangeState, event: EventOf<"resumed">): void {
  const mayHaveLost = event.writeAhead === "missing" && state.interrupted === null && state.outcome === null;
  state.holder = event.holder;
  state.interrupted = null;
  if (state.announcement?.state === "under-way") state.announcement.state = "due";

  state.surveyNext = 0;
  state.surveyOpen = 0;
  state.unreadable.clear();
  if (mayHaveLost) assumeTheWorst(state);
  else for (const [owner, run] of state.inFlight) state.inDoubt.set(owner, run);
  state.inFlight.clear();

  if (state.outcome?.outcome === "held") {
    state.outcome = null;
    retryFailed(state, Date.parse(event.at));
  }
  restartClocks(state, Date.parse(event.at));
}

/** Facts since the last flush are gone: every target of the open batch may be done to any extent. */
function assumeTheWorst(state: ChangeState): void {
  for (const run of [...state.inFlight.values(), ...state.inDoubt.values()]) interrupt(state, run);
  state.inDoubt.clear();
  if (!state.batch.opened) return;

  const { each } = state.change.apply;
  const members = state.change.rollout.batches[state.batch.index] ?? [];
  for (const name of members) {
    if (state.skipped.has(name)) continue;
    const target = state.targets.get(name) ?? addTarget(state, name, state.batch.index);
    if (target.status !== "updating") continue;
    climbUnknown(target.ladder, each);
    state.unavailable.add(name);
    if (state.rollback === null) state.ready.add(name);
    else enqueueForUndo(state, name);
  }
  state.batch.next = members.length;
}

function interrupt(state: ChangeState, run: StepRun): void {
  climbInterrupted(ladderOf(state, run), LOST);
  if (run.target !== null && state.rollback?.undoing.has(run.target)) state.ready.add(run.target);
}

function ladderOf(state: ChangeState, run: StepRun): Ladder {
  const owner = ownerOf(run);
  if (run.target !== null) return state.targets.get(owner)!.ladder;
  return run.scope === "before" ? state.before : state.after;
}

/** Tolerated failures get another chance: half done, so undone first where repeating is not safe. */
function retryFailed(state: ChangeState, atMs: number): void {
  state.failures = state.skipped.size;
  state.lastFailure = null;
  for (const [name, target] of state.targets) {
    if (target.status !== "failed" || state.skipped.has(name)) continue;
    const { ladder } = target;
    if (ladder.done === state.change.apply.each.length) {
      settle(state, name, atMs);
      continue;
    }
    target.status = "updating";
    ladder.tries = 0;
    ladder.half = ladder.dirty > ladder.done ? "interrupted" : null;
    state.ready.add(name);
  }
}

function restartClocks(state: ChangeState, atMs: number): void {
  const { rollout, health } = state.change;
  for (const name of state.settling.keys()) state.settling.set(name, atMs);
  for (const name of rollout.batches[state.batch.index] ?? []) {
    const target = state.targets.get(name);
    if (target?.status !== "updated" || state.rollback !== null || health.checks.length === 0) continue;
    target.status = "settling";
    state.settling.set(name, atMs);
    state.unavailable.add(name);
    state.batch.left++;
  }
  if (state.batch.bakeLimitMs !== null) state.batch.bakeLimitMs = atMs + rollout.bakeMs + health.deadlineMs;

  const { rollback } = state;
  for (const name of rollback?.verifying.keys() ?? []) {
    rollback?.verifying.set(name, atMs);
    if (!state.targets.get(name)!.versionOk) rollback?.unasked.add(name);
  }
}
