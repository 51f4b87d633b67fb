import { type Action, type Decision, fire, only, record, WAIT } from "./decide.ts";
import { decideWindow } from "./decide-gate.ts";
import { decideSwitch } from "./decide-switch.ts";
import { nextForward, tryNumberOf } from "./ladder.ts";
import { boundReason, countTargets, firstSickness } from "./reasons.ts";
import type { ChangeState } from "./state.ts";

/** One batch: open, change its targets within the limits, wait for health, bake, pass. null: no batch is left. */
export function decideBatch(state: ChangeState, nowMs: number): Decision | null {
  const { batch } = state;
  const members = state.batches[batch.index];
  const due = goOn(state, nowMs);
  if (due.length > 0) return { actions: due, wakeAtMs: null };
  const again = startLost(state);
  if (again.length > 0) return { actions: again, wakeAtMs: null };
  if (state.lost.length > 0) return waitOrStarve(state, nowMs);

  if (members === undefined) return isMoving(state) ? waitForSettling(state, nowMs) : null;
  // Late-comers of an earlier batch finish first, so that batches stay strictly one after another.
  if (!batch.opened && isMoving(state)) return waitForSettling(state, nowMs);
  if (!batch.opened) return openBatch(state, members, nowMs);

  const skipped = skipUnreadable(state, members);
  if (skipped !== null) return only(skipped);
  const started = startTargets(state, members);
  if (started.length > 0) return { actions: started, wakeAtMs: null };
  if (batch.next < members.length) return waitOrStarve(state, nowMs);
  return batch.left > 0 ? waitForSettling(state, nowMs) : bake(state, nowMs);
}

/** What has been started comes to rest, and nothing else starts. null: it has. */
export function goOnMoving(state: ChangeState, nowMs: number): Decision | null {
  const due = goOn(state, nowMs);
  if (due.length > 0) return { actions: due, wakeAtMs: null };
  return isMoving(state) ? waitForSettling(state, nowMs) : null;
}

function goOn(state: ChangeState, nowMs: number): Action[] {
  return [...expire(state, nowMs), ...advanceReady(state)];
}

function openBatch(state: ChangeState, members: readonly string[], nowMs: number): Decision {
  const shut = decideWindow(state, nowMs);
  return shut ?? only(record({ kind: "batch-opened", batch: state.batch.index, targets: [...members] }));
}

function isMoving(state: ChangeState): boolean {
  return state.inFlight.size + state.ready.size + state.settling.size > 0;
}

/** The earliest to start settling is the first in the map, so only expired ones are looked at. */
function expire(state: ChangeState, nowMs: number): Action[] {
  const actions: Action[] = [];
  const { deadlineMs } = state.change.health;
  for (const [target, sinceMs] of state.settling) {
    if (nowMs < sinceMs + deadlineMs) break;
    const sickness = firstSickness(state.targets.get(target)!.measurements);
    const reason = boundReason(`not healthy within ${deadlineMs / 1000} s${sickness}`);
    actions.push(record({ kind: "target-failed", target, cause: "health", reason }));
  }
  return actions;
}

/** Started targets that have nothing in flight: the next step, or the end of their tries. */
function advanceReady(state: ChangeState): Action[] {
  const actions: Action[] = [];
  const room = state.change.rollout.parallel - state.inFlight.size;
  for (const target of state.ready) {
    if (actions.length >= room) break;
    actions.push(...advance(state, target, actions.length));
  }
  return actions;
}

/** `started` counts the runs of this decision that come before. */
function advance(state: ChangeState, target: string, started: number): Action[] {
  const { ladder } = state.targets.get(target)!;
  const next = nextForward(state.change.apply.each, ladder);
  if (next.kind === "complete") return [];
  if (next.kind === "failed") {
    return [record({ kind: "target-failed", target, cause: "step", reason: boundReason(next.reason) })];
  }
  const { step, direction } = next;
  const run = { scope: "each", step, target, direction, run: state.runs + 1 + started } as const;
  return [{ kind: "run-step", run, tryNumber: tryNumberOf(ladder, direction) }];
}

/** As many as `parallel` and `max-unavailable` leave room for. */
function roomToStart({ change, inFlight, unavailable }: ChangeState): number {
  const { parallel, maxUnavailable } = change.rollout;
  return Math.min(parallel - inFlight.size, maxUnavailable - unavailable.size);
}

/** They may be in service, for all that is known: to go on with one takes room like a first start. */
function startLost(state: ChangeState): Action[] {
  const room = roomToStart(state);
  const actions: Action[] = [];
  for (let i = 1; i <= state.lost.length && actions.length < room; i++) {
    actions.push(...advance(state, state.lost.at(-i)!, actions.length));
  }
  return actions;
}

function skipUnreadable(state: ChangeState, members: readonly string[]): Action | null {
  const target = members[state.batch.next];
  const detail = target === undefined ? undefined : state.unreadable.get(target);
  if (target === undefined || detail === undefined) return null;
  const reason = boundReason(`version unreadable: ${detail}`);
  return record({ kind: "target-failed", target, cause: "version", reason });
}

/** In the plan's order. */
function startTargets(state: ChangeState, members: readonly string[]): Action[] {
  const room = roomToStart(state);
  const actions: Action[] = [];
  for (let i = 0; i < room; i++) {
    const target = members[state.batch.next + i];
    if (target === undefined || state.unreadable.has(target) || state.targets.has(target)) break;
    const run = { scope: "each", step: 0, target, direction: "do", run: state.runs + 1 + i } as const;
    actions.push({ kind: "run-step", run, tryNumber: 1 });
  }
  return actions;
}

/** More are to start, and there is no room. Failed targets may take up all of it, with nothing on its way back. */
function waitOrStarve(state: ChangeState, nowMs: number): Decision {
  if (isMoving(state)) return waitForSettling(state, nowMs);
  const { unavailable, change } = state;
  const out = `${unavailable.size} of ${countTargets(change.targets.length)} are out of service`;
  const limit = `max-unavailable is ${change.rollout.maxUnavailable}: no further one may be changed`;
  return only(fire("health-gate", `${out}, and ${limit}`));
}

function bake(state: ChangeState, nowMs: number): Decision {
  const swap = decideSwitch(state);
  if (swap !== null) return swap;
  if (!isServiceHealthy(state)) return waitForService(state, nowMs);
  const { index, bakeStartedMs, limitMs } = state.batch;
  const { bakeMs } = state.change.rollout;
  if (bakeMs > 0 && bakeStartedMs === null) {
    if (limitMs !== null && nowMs + bakeMs > limitMs) return loseHealth(state);
    return only(record({ kind: "bake-started", batch: index }));
  }
  const bakedMs = bakeMs === 0 ? nowMs : bakeStartedMs! + bakeMs;
  if (nowMs < bakedMs) return { actions: [], wakeAtMs: bakedMs };
  return only(record({ kind: "batch-passed", batch: index }));
}

/** What is asked once for all targets is part of every batch's gate, by samples from after its last step. */
function isServiceHealthy({ change, service }: ChangeState): boolean {
  return change.health.service.length === 0 || service.verdict === "healthy";
}

function waitForService(state: ChangeState, nowMs: number): Decision {
  const { limitMs } = state.batch;
  if (limitMs !== null && nowMs < limitMs) return { actions: [], wakeAtMs: limitMs };
  const { measurements } = state.service;
  return only(fire("health-gate", `the service is not healthy${firstSickness(measurements)}`, measurements));
}

/** Each relapse has a deadline of its own; targets that take turns at it are bounded by the batch's limit. */
function waitForSettling(state: ChangeState, nowMs: number): Decision {
  const [first] = state.settling.values();
  if (first === undefined) return WAIT;
  const deadlineMs = first + state.change.health.deadlineMs;
  const { limitMs } = state.batch;
  if (limitMs === null || state.inFlight.size + state.ready.size > 0) {
    return { actions: [], wakeAtMs: deadlineMs };
  }
  return nowMs >= limitMs ? loseHealth(state) : { actions: [], wakeAtMs: Math.min(deadlineMs, limitMs) };
}

function loseHealth(state: ChangeState): Decision {
  const [sick] = state.settling.keys();
  const measurements = sick === undefined ? [] : state.targets.get(sick)!.measurements;
  const who = sick === undefined ? "" : `: ${sick}${firstSickness(measurements)}`;
  return only(fire("health-gate", `its targets did not stay healthy together${who}`, measurements));
}
