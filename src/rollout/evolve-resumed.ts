import type { EventOf } from "./events.ts";
import { carryBreaches } from "./evolve-people.ts";
import { beginRollback } from "./evolve-rollback.ts";
import { expectService } from "./evolve-service.ts";
import { addTarget, evolveStep, limitFrom, settle } from "./evolve-steps.ts";
import { climbUnknown, findIrreversible, tryAnew } from "./ladder.ts";
import { openState } from "./open-state.ts";
import { isUntouchedChange } from "./stages.ts";
import type { ChangeState } from "./state.ts";

const LOST = "the process that ran it is gone, and so is its record";

/** More starts than one process can lose. Lost ones have left receipts, which must not be taken for ours. */
const LOST_RUNS_MAX = 1_000_000_000;

/**
 * Another process goes on. What was in flight is in doubt, what was healthy is no longer known to
 * be, and waits are measured anew, but for the bake: time that was served stays served.
 */
export function evolveResumed(state: ChangeState, event: EventOf<"resumed">): void {
  const atMs = Date.parse(event.at);
  const mayHaveLost = event.writeAhead === "missing" && state.interrupted === null && state.outcome === null;
  state.holder = event.holder;
  state.interrupted = null;
  if (state.announcement?.state === "under-way") state.announcement.state = "due";
  if (event.anew !== undefined) lookAnew(state);
  askAgain(state);
  carryBreaches(state, atMs);

  state.surveyNext = 0;
  state.surveyOpen = 0;
  state.unreadable.clear();
  if (mayHaveLost) assumeTheWorst(state, event);
  else for (const [owner, run] of state.inFlight) state.inDoubt.set(owner, run);
  state.inFlight.clear();

  if (state.outcome?.outcome === "held") {
    state.outcome = null;
    state.pause = null;
    state.progress.unresumed = null;
    for (const ladder of Object.values(state.once)) tryAnew(ladder);
    retryFailed(state, atMs);
  }
  restartClocks(state, atMs);
}

/** What was being asked is asked again, and what was being made is made again. */
function askAgain(state: ChangeState): void {
  const { progress } = state;
  state.asked.clear();
  state.activeUnknown = null;
  state.order = null;
  progress.awaited = null;
  if (isUntouchedChange(state) && !state.batch.opened) {
    // The last look at the backups is this process's own: they may have been on another's disk.
    progress.reached.delete("prepare");
    progress.confirmed = null;
  }
  for (const [name, { kind }] of progress.backups) if (kind === "started") progress.backups.delete(name);
}

/**
 * Others have changed the environment since this change looked at it. What it would put back, compare with or
 * restore has to be what is there now, and what it meant to start and could not tell the remote was never
 * started. People were told of it already, and are not told twice; and a no stays a no, until a new attempt.
 */
function lookAnew(state: ChangeState): void {
  const fresh = openState(state.change);
  const { attempt, holder, commit, startedMs, lastMs, runs, spent, approval, issueUrl, commandIds } = state;
  const { trigger, warnings, fired, responses, announcement, pause, outcome } = state;
  const { gatePassed, requirements, unmet, contacts, refusal, noticeMs } = state.progress;
  const progress = { ...fresh.progress, gatePassed, requirements, unmet, contacts, refusal, noticeMs };
  const once = { ...fresh.once, respond: state.once.respond };
  const responding = [...state.inDoubt, ...state.inFlight].filter(([, { scope }]) => scope === "respond");
  Object.assign(state, fresh, { attempt, holder, commit, startedMs, lastMs, runs, spent, progress, once });
  Object.assign(state, { approval, issueUrl, commandIds, warnings, fired, responses, announcement });
  for (const [owner, run] of responding) state.inFlight.set(owner, run);
  // Whoever goes on with a change that has come to its hold has let it go.
  if (pause?.kind === "hold" && outcome === null) state.pause = pause;
  if (trigger === null) return;
  beginRollback(state, trigger);
  state.restores = [];
}

/**
 * Facts since the last flush are gone. A trigger at the remote has everything before it there too,
 * so on the way back only what was in flight is uncertain, and an undo may be repeated.
 */
function assumeTheWorst(state: ChangeState, { at }: EventOf<"resumed">): void {
  state.runs += LOST_RUNS_MAX;
  for (const run of [...state.inFlight.values(), ...state.inDoubt.values()]) {
    evolveStep(state, { kind: "step-interrupted", at, ...run, detail: LOST });
  }
  if (state.rollback !== null) return;

  if (state.batch.opened) touchBatch(state);
  state.lost = [];
  for (const [name, { status }] of state.targets) {
    if (status === "updating") loseTrack(state, name);
  }
  state.lost.reverse();
}

/** Every target of the open batch may have been started, but for those whose version was never read. */
function touchBatch(state: ChangeState): void {
  const { versionCommand } = state.change;
  for (const name of state.batches[state.batch.index] ?? []) {
    const isBarred = versionCommand !== null && !state.versions.has(name);
    if (!isBarred && !state.targets.has(name)) addTarget(state, name, state.batch.index);
  }
}

function loseTrack(state: ChangeState, name: string): void {
  const { each } = state.change.apply;
  const { ladder } = state.targets.get(name)!;
  climbUnknown(ladder, each);
  const irreversible = findIrreversible(each, ladder);
  if (irreversible !== undefined) state.irreversible.set(name, irreversible.name);
  if (!state.ready.has(name)) state.lost.push(name);
}

/** Tolerated failures get another chance: half done, so undone first where repeating is not safe. */
function retryFailed(state: ChangeState, atMs: number): void {
  state.failures = state.skipped.size;
  state.lastFailure = null;
  for (const [name, target] of state.targets) {
    if (target.status !== "failed" || state.skipped.has(name)) continue;
    const { ladder } = target;
    target.status = "updating";
    if (target.batch === state.batch.index) state.batch.left++;
    if (ladder.done === state.change.apply.each.length) {
      settle(state, name, atMs);
      continue;
    }
    tryAnew(ladder);
    ladder.half = ladder.dirty > ladder.done ? "interrupted" : null;
    state.ready.add(name);
  }
}

function restartClocks(state: ChangeState, atMs: number): void {
  const { batch, rollback } = state;
  expectService(state, atMs);
  for (const name of state.settling.keys()) state.settling.set(name, atMs);
  if (rollback === null) {
    unsettleBatch(state, atMs);
    // An end, such as a hold, has stopped the watch.
    for (const name of state.settling.keys()) state.watching.add(name);
  }
  if (batch.limitMs !== null) batch.limitMs = limitFrom(state.change, atMs);
  stopClocks(state, atMs - state.lastMs);
  if (rollback === null) return;

  rollback.asking = 0;
  for (const name of rollback.verifying.keys()) {
    rollback.verifying.set(name, atMs);
    if (!state.targets.get(name)!.versionOk) rollback.unasked.add(name);
  }
}

/**
 * Nothing was served between the last event and this one: nobody watched, and two clocks that differ
 * by a day would make a minute of it, or a day.
 */
function stopClocks({ batch, progress, pause }: ChangeState, gapMs: number): void {
  if (batch.bakeStartedMs !== null) batch.bakeStartedMs += gapMs;
  if (progress.noticeMs !== null) progress.noticeMs += gapMs;
  if (pause?.kind === "question") pause.deadlineMs += gapMs;
}

function unsettleBatch(state: ChangeState, atMs: number): void {
  const { health } = state.change;
  if (health.checks.length === 0) return;
  for (const name of state.batches[state.batch.index] ?? []) {
    const target = state.targets.get(name);
    if (target?.status !== "updated") continue;
    target.status = "settling";
    state.settling.set(name, atMs);
    state.unavailable.add(name);
    state.batch.left++;
  }
}
