import type { Change } from "../change.ts";
import { commandTimes, repeatTimes, stepTimes, sumTimes, type Times, undoTimes, waitTimes } from "./times.ts";

/** What the engine gives a version command. */
const VERSION_TIMEOUT_MS = 30_000;

/** Reading every target's version before the first touch. */
export function surveyTimes({ versionCommand, targets, rollout }: Change): Times {
  if (versionCommand === null) return waitTimes(0);
  return repeatTimes(commandTimes(VERSION_TIMEOUT_MS), Math.ceil(targets.length / rollout.parallel));
}

/** Changing a batch of so many targets, until it has been healthy and has baked. */
export function batchTimes(change: Change, size: number): Times {
  const { rollout, apply } = change;
  // Failed targets stay out of service, and so leave less room for the others.
  const room = Math.max(1, rollout.maxUnavailable - rollout.maxFailures);
  const steps = sumTimes(apply.each.map(stepTimes));
  const changed = waveTimes({
    steps,
    settling: settlingTimes(change),
    size,
    room,
    parallel: rollout.parallel,
  });
  return sumTimes([changed, bakeTimes(change)]);
}

/** Undoing everything after the very last step: the most that a rollback can have to do. */
export function rollbackTimes(change: Change): Times {
  const { rollout, rollback, apply, targets } = change;
  const room = Math.max(1, rollout.maxUnavailable - rollout.maxFailures);
  const steps = sumTimes(apply.each.map(undoTimes));
  const size = targets.length;
  const settling = verifyingTimes(change);
  const undone = waveTimes({ steps, settling, size, room, parallel: rollback.parallel });
  const once = [...apply.after, ...apply.before].map(undoTimes);
  return sumTimes([...once, undone]);
}

type Wave = Readonly<{ steps: Times; settling: Times; size: number; room: number; parallel: number }>;

/**
 * Targets side by side. Where all of them may be out of service at once, the next ones start while the
 * first are still settling; otherwise each holds its place until it is healthy.
 */
function waveTimes({ steps, settling, size, room, parallel }: Wave): Times {
  if (room >= size) return sumTimes([repeatTimes(steps, Math.ceil(size / parallel)), settling]);
  return repeatTimes(sumTimes([steps, settling]), Math.ceil(size / Math.min(room, parallel)));
}

/** From the last step until the target counts as healthy, or as failed. */
function settlingTimes({ health }: Change): Times {
  if (health.checks.length === 0) return waitTimes(0);
  const atLeastMs = Math.max(health.stableMs, (health.pass - 1) * health.everyMs);
  return { expectedMs: Math.min(atLeastMs, health.deadlineMs), worstMs: health.deadlineMs };
}

/** After its undo a target must show its old version as well as its health. */
function verifyingTimes(change: Change): Times {
  if (change.health.checks.length > 0) return settlingTimes(change);
  return { expectedMs: 0, worstMs: change.versionCommand === null ? 0 : change.health.deadlineMs };
}

/** A bake that is broken off starts again, but must end within one health deadline more. */
function bakeTimes({ rollout: { bakeMs }, health }: Change): Times {
  return { expectedMs: bakeMs, worstMs: bakeMs === 0 ? 0 : bakeMs + health.deadlineMs };
}
