import type { Change } from "../change.ts";
import type { PlanDocument } from "../schema/plan.ts";
import type { BatchMembers, Course } from "./course.ts";
import { batchTimes, surveyTimes, switchTimes, watchTimes } from "./rollout-times.ts";
import { backupTimes, preflightTimes, prepareTimes, resumeTimes, verifyTimes } from "./side-times.ts";
import { stepTimes, sumTimes, type Times, waitTimes } from "./times.ts";

export type PhaseName =
  | "preflight"
  | "survey"
  | "notice"
  | "backup"
  | "prepare"
  | "before"
  | "batches"
  | "switch"
  | "watch"
  | "after"
  | "verify"
  | "resume"
  /** Blue-green: the other group stays ready. It follows the end, and belongs to no sum. */
  | "keep";

/** The plan's own names for what its `schedule.budgets` cover. */
export type BudgetName = "prepare" | "backup" | "apply" | "verify" | "resume";

/** `startMs` counts from the start of the change, as far as things go as expected. */
export type Phase = Readonly<{ name: PhaseName; budget: BudgetName | null; startMs: number }> & Times;

export type Batch = BatchMembers & Readonly<{ startMs: number }> & Times;

type Part = readonly [PhaseName, BudgetName | null, Times];

/** The way forward, in order. */
export function listPhases(plan: PlanDocument, change: Change, course: Course): Phase[] {
  let startMs = 0;
  return listParts(plan, change, course)
    .filter(([, , times]) => times.worstMs > 0)
    .map(([name, budget, times]) => {
      const phase = { name, budget, startMs, ...times };
      startMs += times.expectedMs;
      return phase;
    });
}

function listParts(plan: PlanDocument, change: Change, course: Course): Part[] {
  const { apply, targets } = change;
  const spread = { size: targets.length, parallel: course.parallel };
  return [
    ["preflight", "prepare", preflightTimes(plan, spread)],
    ["survey", "apply", surveyTimes(change, course)],
    ["notice", null, noticeTimes(change)],
    ["backup", "backup", backupTimes(plan)],
    ["prepare", "prepare", prepareTimes(plan, spread)],
    ["before", "apply", sumTimes(apply.before.map(stepTimes))],
    ["batches", "apply", batchesTimes(change, course)],
    ["switch", "apply", switchTimes(course)],
    ["watch", "apply", watchTimes(change, course)],
    ["after", "apply", sumTimes(apply.after.map(stepTimes))],
    ["verify", "verify", verifyTimes(plan, spread)],
    ["resume", "resume", resumeTimes(plan, spread)],
    ["keep", null, waitTimes(course.keepMs ?? 0)],
  ];
}

/** Blue-green changes one group of the two, which are of one size. */
function batchesTimes(change: Change, course: Course): Times {
  if (course.swap !== null) return batchTimes(change, course, course.touched);
  const timesOf = rememberTimes(change, course);
  return sumTimes(course.batches.map(({ targets }) => timesOf(targets.length)));
}

/** By the number of targets: a batch until the next one may start, which for blue-green is after the watch. */
export function listBatchTimes(change: Change, course: Course): ReadonlyMap<number, Times> {
  const sizes = new Set(course.batches.map(({ targets }) => targets.length));
  const after = [switchTimes(course), watchTimes(change, course)];
  return new Map([...sizes].map((size) => [size, sumTimes([batchTimes(change, course, size), ...after])]));
}

/** While people have time to act on the notice, what is normal is measured. */
function noticeTimes({ notify, health }: Change): Times {
  const measured = [...health.checks, ...health.service].map(({ baselineMs }) => baselineMs ?? 0);
  return waitTimes(Math.max(notify.beforeMs, ...measured));
}

export function listBatches(change: Change, course: Course, phases: readonly Phase[]): Batch[] {
  let startMs = phases.find(({ name }) => name === "batches")?.startMs ?? 0;
  const timesOf = rememberTimes(change, course);
  return course.batches.map((members) => {
    const batch = { ...members, startMs, ...timesOf(members.targets.length) };
    if (course.swap === null) startMs += batch.expectedMs;
    return batch;
  });
}

/** Of a hundred thousand batches nearly all are of one size. */
function rememberTimes(change: Change, course: Course): (size: number) => Times {
  const known = new Map<number, Times>();
  return (size) => {
    const times = known.get(size) ?? batchTimes(change, course, size);
    known.set(size, times);
    return times;
  };
}
