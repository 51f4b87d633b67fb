import { VERSION_TIMEOUT_MS } from "../../rollout/limits.ts";
import type { Change } from "../change.ts";
import type { Step } from "../schema/apply.ts";
import type { PlacedStep } from "../steps.ts";
import type { Course } from "./course.ts";
import { commandTimes, NO_TIME, repeatTimes, stepTimes, sumTimes, type Times, undoTimes } from "./times.ts";
import type { WayBack } from "./way-back.ts";

type Health = Change["health"];

/** Before the first touch: asking which group is idle, and every target that is touched for its version. */
export function surveyTimes({ versionCommand }: Change, { swap, touched, parallel }: Course): Times {
  const command = commandTimes(VERSION_TIMEOUT_MS);
  const versions = versionCommand === null ? NO_TIME : repeatTimes(command, Math.ceil(touched / parallel));
  return swap === null ? versions : sumTimes([command, versions]);
}

/** Changing so many targets, until they are healthy; and where nothing is switched, until they have baked. */
export function batchTimes({ apply, health }: Change, course: Course, size: number): Times {
  const { room, parallel, bakeMs, swap } = course;
  const steps = sumTimes(apply.each.map(stepTimes));
  const changed = waveTimes({ steps, settling: settlingTimes(health), size, room, parallel });
  return swap === null ? sumTimes([changed, bakeTimes(bakeMs, health, size)]) : changed;
}

/** Blue-green: sending the traffic over, after a last look at where it goes. */
export function switchTimes({ swap }: Course): Times {
  if (swap === null) return NO_TIME;
  return sumTimes([commandTimes(VERSION_TIMEOUT_MS), stepTimes(timedOf(swap))]);
}

/** Blue-green: watching the group that has become live. */
export function watchTimes({ health }: Change, { swap, bakeMs, touched }: Course): Times {
  return swap === null ? NO_TIME : bakeTimes(bakeMs, health, touched);
}

/** Undoing all that can be undone, each with every try that it has. */
export function rollbackTimes(change: Change, course: Course, { steps, touched }: WayBack): Times {
  const timesOf = (scope: PlacedStep["scope"]) =>
    sumTimes(steps.filter((step) => step.scope === scope).map(({ step }) => undoTimes(timedOf(step))));
  const undone = waveTimes({
    steps: timesOf("each"),
    settling: verifyingTimes(change),
    size: touched,
    room: course.room,
    parallel: course.undoParallel,
  });
  return sumTimes([timesOf("after"), timesOf("switch"), undone, timesOf("before"), serviceTimes(change)]);
}

/** The service as a whole is verified last, by samples from after the last undo. */
function serviceTimes({ health }: Change): Times {
  return health.service.length === 0 ? NO_TIME : settlingTimes(health);
}

function timedOf({ timeout, retries, undo }: Step): Parameters<typeof undoTimes>[0] {
  return { timeoutMs: timeout, retries, undo: undo ?? null };
}

type Wave = Readonly<{ steps: Times; settling: Times; size: number; room: number; parallel: number }>;

/**
 * Targets side by side. Where all of them may be out of service at once, the next ones start while the
 * first are still settling; otherwise each holds its place until it is healthy.
 */
function waveTimes({ steps, settling, size, room, parallel }: Wave): Times {
  if (size === 0) return NO_TIME;
  if (room >= size) return sumTimes([repeatTimes(steps, Math.ceil(size / parallel)), settling]);
  return repeatTimes(sumTimes([steps, settling]), Math.ceil(size / Math.min(room, parallel)));
}

/** From the last step until the target counts as healthy, or as failed. */
function settlingTimes(health: Health): Times {
  if (!isChecked(health)) return NO_TIME;
  const { stableMs, pass, everyMs, deadlineMs } = health;
  // The first sample comes at once; the one that proves it, a whole number of intervals later.
  const atLeastMs = Math.max(pass - 1, Math.ceil(stableMs / everyMs)) * everyMs;
  return { expectedMs: Math.min(atLeastMs, deadlineMs), worstMs: deadlineMs };
}

/** After its undo a target must show its old version as well as its health. */
function verifyingTimes({ health, versionCommand }: Change): Times {
  if (isChecked(health)) return settlingTimes(health);
  return { expectedMs: 0, worstMs: versionCommand === null ? 0 : health.deadlineMs };
}

/** The bake, and one relapse of targets that do not stay healthy together: more of them end the change. */
function bakeTimes(bakeMs: number, health: Health, size: number): Times {
  const mayRelapse = isChecked(health) && (bakeMs > 0 || size > 1);
  return { expectedMs: bakeMs, worstMs: bakeMs + (mayRelapse ? health.deadlineMs : 0) };
}

/** The service is asked once for all targets, and no batch passes without it. */
function isChecked({ checks, service }: Health): boolean {
  return checks.length + service.length > 0;
}
