import { type Action, type Decision, fire, only, record, WAIT } from "./decide.ts";
import { nextForward } from "./ladder.ts";
import { countTargets, firstSickness } from "./reasons.ts";
import type { ChangeState } from "./state.ts";

/** One batch: open, change its targets within the limits, wait for health, bake, pass. null: no batch is left. */
export function decideBatch(state: ChangeState, nowMs: number): Decision | null {
  const { batch, change } = state;
  const members = change.rollout.batches[batch.index];
  const late = [...expire(state, nowMs), ...advanceReady(state)];
  if (late.length > 0) return { actions: late, wakeAtMs: null };
  if (members === undefined) return hasWork(state) ? waitForSettling(state) : null;
  if (!batch.opened) return openNext(state, members);

  const skipped = skipUnreadable(state, members);
  if (skipped !== null) return only(skipped);
  const started = startTargets(state, members);
  if (started.length > 0) return { actions: started, wakeAtMs: null };
  if (batch.left > 0) return isStarved(state, members) ? starve(state) : waitForSettling(state);
  return bake(state, nowMs);
}

function hasWork(state: ChangeState): boolean {
  return state.inFlight.size + state.ready.size + state.settling.size > 0;
}

/** Late-comers of an earlier batch finish first, so that batches stay strictly one after another. */
function openNext(state: ChangeState, members: readonly string[]): Decision {
  if (hasWork(state)) return waitForSettling(state);
  return only(record({ kind: "batch-opened", batch: state.batch.index, targets: [...members] }));
}

/** The earliest to start settling is the first in the map, so only expired ones are looked at. */
function expire(state: ChangeState, nowMs: number): Action[] {
  const actions: Action[] = [];
  const { deadlineMs } = state.change.health;
  for (const [target, sinceMs] of state.settling) {
    if (nowMs < sinceMs + deadlineMs) break;
    const reason = `not healthy within ${deadlineMs / 1000} s${firstSickness(state.targets.get(target)!.measurements)}`;
    actions.push(record({ kind: "target-failed", target, cause: "health", reason }));
  }
  return actions;
}

/** Started targets that have nothing in flight: the next step, or the end of their tries. */
function advanceReady(state: ChangeState): Action[] {
  const actions: Action[] = [];
  for (const target of state.ready) {
    const { ladder } = state.targets.get(target)!;
    const next = nextForward(state.change.apply.each, ladder);
    if (next.kind === "failed") {
      actions.push(record({ kind: "target-failed", target, cause: "step", reason: next.reason }));
    } else if (next.kind === "run") {
      const run = { scope: "each", step: next.step, target, direction: next.direction } as const;
      actions.push({
        kind: "run-step",
        run: { ...run, run: state.runs + 1 + actions.length },
        tryNumber: ladder.tries + 1,
      });
    }
  }
  return actions;
}

function skipUnreadable(state: ChangeState, members: readonly string[]): Action | null {
  const target = members[state.batch.next];
  const detail = target === undefined ? undefined : state.unreadable.get(target);
  if (target === undefined || detail === undefined) return null;
  return record({ kind: "target-failed", target, cause: "version", reason: `version unreadable: ${detail}` });
}

/** As many as `parallel` and `max-unavailable` leave room for, in the plan's order. */
function startTargets(state: ChangeState, members: readonly string[]): Action[] {
  const { rollout } = state.change;
  const room = Math.min(
    rollout.parallel - state.inFlight.size,
    rollout.maxUnavailable - state.unavailable.size,
  );
  const actions: Action[] = [];
  for (let i = 0; i < room; i++) {
    const target = members[state.batch.next + i];
    if (target === undefined || state.unreadable.has(target)) break;
    const run = { scope: "each", step: 0, target, direction: "do", run: state.runs + 1 + i } as const;
    actions.push({ kind: "run-step", run, tryNumber: 1 });
  }
  return actions;
}

/** Failed targets take up all that may be out of service, and nothing is on its way back. */
function isStarved(state: ChangeState, members: readonly string[]): boolean {
  return !hasWork(state) && state.batch.next < members.length;
}

function starve(state: ChangeState): Decision {
  const { unavailable, change } = state;
  const out = `${unavailable.size} of ${countTargets(change.targets.length)} are out of service`;
  const limit = `max-unavailable is ${change.rollout.maxUnavailable}: no further one may be changed`;
  return only(fire("health-gate", `${out}, and ${limit}`));
}

function bake(state: ChangeState, nowMs: number): Decision {
  const { index, bakeStartedMs, bakeLimitMs } = state.batch;
  const { bakeMs } = state.change.rollout;
  if (bakeMs > 0 && bakeStartedMs === null) {
    if (bakeLimitMs !== null && nowMs + bakeMs > bakeLimitMs) {
      return only(fire("health-gate", `batch ${index + 1} kept failing during its bake time`));
    }
    return only(record({ kind: "bake-started", batch: index }));
  }
  const bakedMs = bakeMs === 0 ? nowMs : bakeStartedMs! + bakeMs;
  if (nowMs < bakedMs) return { actions: [], wakeAtMs: bakedMs };
  return only(record({ kind: "batch-passed", batch: index }));
}

function waitForSettling(state: ChangeState): Decision {
  const first = state.settling.values().next();
  if (first.done) return WAIT;
  return { actions: [], wakeAtMs: first.value + state.change.health.deadlineMs };
}
