import type { EventOf } from "./events.ts";
import { askAnnouncement } from "./evolve-people.ts";
import { expectService } from "./evolve-service.ts";
import { climbUnknown, isUntouched, newLadder, nextBackward, skipStep, tryAnew } from "./ladder.ts";
import type { ChangeState, RollbackState } from "./state.ts";

/** From here only undos start. A second trigger adds what it responds with, and what it restores. */
export function beginRollback(state: ChangeState, event: EventOf<"trigger-fired">): void {
  addRestores(state, event);
  if (state.rollback !== null) return goBackFurther(state);
  state.trigger = event;
  state.outcome = null;
  state.announcement = { state: "due", url: null };
  state.rollback = openRollback(Date.parse(event.at));
  state.ready.clear();
  state.lost = [];
  state.pause = null;
  state.settling.clear();
  state.watching.clear();
  for (const name of state.targets.keys()) {
    if (!state.inFlight.has(name) && !state.inDoubt.has(name)) enqueueForUndo(state, name);
  }
}

/** What was at its end goes on, as there is more to put back now. */
function goBackFurther(state: ChangeState): void {
  if (state.restores.length <= state.once.restore.done) return;
  state.outcome = null;
  askAnnouncement(state);
}

function addRestores(state: ChangeState, { trigger, restore = [] }: EventOf<"trigger-fired">): void {
  const planned = state.change.triggers.find(({ name }) => name === trigger)?.restore ?? [];
  const { restores, once } = state;
  const isKnown = (name: string) =>
    state.change.backups.some((backup) => backup.name === name && backup.restore !== null);
  for (const name of planned) if (isKnown(name) && !restores.includes(name)) restores.push(name);
  // A person may ask for it once more: the data may have been changed since.
  const isDue = (name: string) => restores.includes(name, once.restore.done);
  for (const name of restore) if (isKnown(name) && !isDue(name)) restores.push(name);
}

/** Data is as it was: what waits to be verified has its time from here. */
export function backupRestored(state: ChangeState, { at }: Readonly<{ at: string }>): void {
  const { rollback } = state;
  if (rollback === null) return;
  const atMs = Date.parse(at);
  rollback.times.lastUndoMs = atMs;
  expectService(state, atMs);
  for (const name of rollback.verifying.keys()) rollback.verifying.set(name, atMs);
}

function openRollback(triggeredMs: number): RollbackState {
  return {
    broken: [],
    healthy: [],
    undoing: new Set(),
    verifying: new Map(),
    unasked: new Set(),
    asking: 0,
    confirmed: new Set(),
    refuted: new Set(),
    failed: new Map(),
    times: { triggeredMs, announcedMs: null, firstUndoMs: null, lastUndoMs: null, verifiedMs: null },
  };
}

/** Puts a touched target at the head of its queue; one that was never changed has nothing to undo. */
export function enqueueForUndo(state: ChangeState, name: string): void {
  const target = state.targets.get(name)!;
  if (isUntouched(target.ladder)) {
    state.targets.delete(name);
    state.unavailable.delete(name);
    return;
  }
  if (nextBackward(state.change.apply.each, target.ladder).kind === "complete") {
    return beginVerifying(state, name, state.lastMs);
  }
  // An undo may have failed on the way forward, to start a step afresh: that uses up no try of the rollback's.
  tryAnew(target.ladder);
  const queue = state.unavailable.has(name) ? state.rollback!.broken : state.rollback!.healthy;
  queue.push(name);
}

/** The first undo of a target takes it out of its queue; decide always takes the newest. */
export function startUndo(state: ChangeState, event: EventOf<"step-started">): void {
  const { rollback } = state;
  if (rollback === null || event.scope === "prepare") return;
  rollback.times.firstUndoMs ??= Date.parse(event.at);
  if (event.target === null || rollback.undoing.has(event.target)) return;
  takeFromQueue(rollback, event.target);
  rollback.undoing.add(event.target);
  state.targets.get(event.target)!.status = "undoing";
}

export function stepUndone(
  state: ChangeState,
  event: EventOf<"step-finished" | "step-failed" | "step-interrupted" | "step-unstarted">,
): void {
  const { rollback } = state;
  if (rollback === null || event.scope === "prepare") return;
  rollback.times.lastUndoMs = Date.parse(event.at);
  expectService(state, rollback.times.lastUndoMs);
  if (event.target === null || !rollback.undoing.has(event.target)) return;
  const target = state.targets.get(event.target)!;
  const next = nextBackward(state.change.apply.each, target.ladder);
  if (next.kind === "complete") beginVerifying(state, event.target, Date.parse(event.at));
  else state.ready.add(event.target);
}

function beginVerifying(state: ChangeState, name: string, atMs: number): void {
  const { change } = state;
  const rollback = state.rollback!;
  const target = state.targets.get(name)!;
  target.status = "verifying";
  target.healthOk = change.health.checks.length === 0;
  target.versionOk = !state.versions.has(name);
  rollback.undoing.delete(name);
  rollback.verifying.set(name, atMs);
  state.unavailable.add(name);
  if (!target.healthOk) state.watching.add(name);
  if (!target.versionOk) rollback.unasked.add(name);
  confirmIfProven(state, name);
}

export function recordVersion(state: ChangeState, event: EventOf<"version-verified">): void {
  const target = state.targets.get(event.target);
  if (state.rollback === null) return;
  state.rollback.asking = Math.max(0, state.rollback.asking - 1);
  if (target?.status !== "verifying") return;
  target.versionOk = event.ok;
  // An unreadable version proves nothing: it is asked for again, until the deadline.
  if (!event.ok && event.version === null) state.rollback.unasked.add(event.target);
  else if (!event.ok) state.rollback.refuted.add(event.target);
  confirmIfProven(state, event.target);
}

export function confirmIfProven(state: ChangeState, name: string): void {
  const target = state.targets.get(name)!;
  if (target.healthOk && target.versionOk) state.rollback?.confirmed.add(name);
}

export function recordRolledBack(state: ChangeState, name: string): void {
  if (state.rollback === null) return;
  leaveRollback(state.rollback, state, name);
  state.targets.get(name)!.status = "rolled-back";
  state.unavailable.delete(name);
}

/** Given up: it keeps its place among the unavailable, and its reason for the report. */
export function dropTarget(state: ChangeState, event: EventOf<"rollback-failed">): void {
  if (event.scope === "respond") skipStep(state.once.respond);
  if (state.rollback === null) return giveUpForward(state, event);
  const owner = event.target ?? event.scope ?? "before";
  state.rollback.failed.set(owner, event.reason);
  if (event.target === null) return;
  leaveRollback(state.rollback, state, event.target);
  const target = state.targets.get(event.target)!;
  // A healthy target that was left on the new version is in service all the same.
  if (target.status !== "updated") state.unavailable.add(event.target);
  target.status = "rollback-failed";
  target.reason = event.reason;
}

/** Forward there is one thing that is given up and told: giving back what the preparation restricted. */
function giveUpForward(state: ChangeState, { scope, reason }: EventOf<"rollback-failed">): void {
  if (scope === "prepare") state.progress.unresumed = reason;
}

/** Everything that was given up is tried again, with its tries counted anew. */
export function retryRollback(state: ChangeState, event: EventOf<"rollback-retried">): void {
  const { rollback } = state;
  if (rollback === null) return;
  const given = [...rollback.failed.keys()];
  state.outcome = null;
  state.announcement = { state: "due", url: state.announcement?.url ?? null };
  const unanswered = event.repaired ? undefined : rollback.failed.get("respond");
  rollback.failed.clear();
  // What was to run at once is late by now: only a person can say that it is no longer owed.
  if (unanswered !== undefined) rollback.failed.set("respond", unanswered);
  expectService(state, Date.parse(event.at));
  rollback.times.verifiedMs = null;
  for (const ladder of Object.values(state.once)) tryAnew(ladder);
  state.lastMs = Date.parse(event.at);
  for (const name of given) {
    const target = state.targets.get(name);
    if (target === undefined) continue;
    tryAnew(target.ladder);
    // Undone to the end, and not back all the same: whatever that undo did is not to be relied on.
    const isUndone = nextBackward(state.change.apply.each, target.ladder).kind === "complete";
    if (!event.repaired && isUndone) climbUnknown(target.ladder, state.change.apply.each);
    if (event.repaired) beginVerifying(state, name, state.lastMs);
    else enqueueForUndo(state, name);
  }
  if (!event.repaired) return;
  // Of a once-step there is nothing to verify: the person's word is in the journal.
  for (const list of ["before", "after", "switch", "prepare"] as const) {
    if (given.includes(list)) state.once[list] = newLadder();
  }
  if (given.includes("restore")) state.once.restore.done = state.restores.length;
}

function leaveRollback(rollback: RollbackState, state: ChangeState, name: string): void {
  // Who is being undone or verified has left its queue, which is long: it is not searched in vain.
  const wasQueued = !rollback.undoing.has(name) && !rollback.verifying.has(name);
  if (wasQueued) takeFromQueue(rollback, name);
  rollback.undoing.delete(name);
  rollback.verifying.delete(name);
  rollback.unasked.delete(name);
  rollback.confirmed.delete(name);
  rollback.refuted.delete(name);
  state.ready.delete(name);
  state.watching.delete(name);
}

/** Nearly always the last one, as decide takes them from the end. */
function takeFromQueue(rollback: RollbackState, name: string): void {
  for (const queue of [rollback.broken, rollback.healthy]) {
    if (queue.at(-1) === name) {
      queue.pop();
      return;
    }
  }
  for (const queue of [rollback.broken, rollback.healthy]) {
    const index = queue.lastIndexOf(name);
    if (index >= 0) queue.splice(index, 1);
  }
}
