import type { BudgetName, Check } from "../plan/change.ts";
import { nextBackward } from "./ladder.ts";
import type { ChangeState } from "./state.ts";

/** Where a change stands. Each is over for good, so that a resumed change goes on where it was. */
export type StageName =
  | "gate"
  | "checks"
  | "survey"
  | "notice"
  | "backup"
  | "prepare"
  | "apply"
  | "verify"
  | "resume"
  | "rollback"
  | "done";

/** In order; each with the budget of the plan that covers it. */
const FORWARD: readonly Readonly<{
  name: StageName;
  budget: BudgetName | null;
  isDone: (state: ChangeState, nowMs: number) => boolean;
}>[] = [
  { name: "gate", budget: null, isDone: ({ progress }) => progress.gatePassed },
  { name: "checks", budget: "prepare", isDone: areChecksDone },
  { name: "survey", budget: "apply", isDone: isSurveyDone },
  { name: "notice", budget: null, isDone: isNoticeServed },
  { name: "backup", budget: "backup", isDone: areBackupsMade },
  { name: "prepare", budget: "prepare", isDone: ({ progress }) => progress.reached.has("prepare") },
  { name: "apply", budget: "apply", isDone: ({ progress }) => progress.reached.has("deploy") },
  { name: "verify", budget: "verify", isDone: ({ progress }) => progress.reached.has("verify") },
  { name: "resume", budget: "resume", isDone: isResumed },
];

/** Asked after every event: it costs no more than a few comparisons. */
export function stageOf(state: ChangeState, nowMs: number): StageName {
  if (state.outcome !== null) return "done";
  if (state.rollback !== null) return "rollback";
  for (const stage of FORWARD) if (!stage.isDone(state, nowMs)) return stage.name;
  return "done";
}

/** Stages that the plan's budget of this name covers. */
export function stagesOf(budget: BudgetName): readonly StageName[] {
  return FORWARD.filter((stage) => stage.budget === budget).map(({ name }) => name);
}

/** The targets that are changed, and so have to tell their version before: of two groups the idle one. */
export function surveyed(state: ChangeState): Readonly<{ length: number; nameAt: (at: number) => string }> {
  const { change, batches } = state;
  const idle = change.rollout.blueGreen === null ? null : (batches[0] ?? []);
  if (idle !== null) return { length: idle.length, nameAt: (at) => idle[at]! };
  return { length: change.targets.length, nameAt: (at) => change.targets[at]!.name };
}

export function isActiveKnown({ change, activeGroup }: ChangeState): boolean {
  return change.rollout.blueGreen === null || activeGroup !== null;
}

/** The checks whose values triggers compare with what they were before. */
export function baselineChecks({ change }: ChangeState): readonly Check[] {
  const { checks, service } = change.health;
  return [...checks, ...service].filter(({ baselineMs }) => baselineMs !== null);
}

/** Something of the change, or of its preparation, may have taken effect: from here on triggers are live. */
export function isUnderWay({ once, batch }: ChangeState): boolean {
  return batch.opened || batch.index > 0 || once.before.dirty > 0 || once.prepare.dirty > 0;
}

/** Nothing but preparations can have happened. */
export function isUntouchedChange({ targets, hasTouched }: ChangeState): boolean {
  return targets.size === 0 && !hasTouched;
}

function areChecksDone({ change, progress }: ChangeState): boolean {
  if (progress.preflight < change.preflight.checks.length) return false;
  const { contacts } = change.team;
  if (progress.contacts >= contacts.length) return true;
  return progress.contacts >= contacts.filter(({ test }) => test !== null).length;
}

function isSurveyDone(state: ChangeState): boolean {
  if (!isActiveKnown(state)) return false;
  const { change, versions, unreadable } = state;
  return change.versionCommand === null || versions.size + unreadable.size >= surveyed(state).length;
}

function isNoticeServed(state: ChangeState, nowMs: number): boolean {
  const { change, progress } = state;
  const { beforeMs } = change.notify;
  if (progress.reached.has("prepare")) return true;
  const isTold = beforeMs === 0 || (progress.noticeMs !== null && nowMs >= progress.noticeMs + beforeMs);
  return isTold && progress.baselines.size >= baselineChecks(state).length;
}

function areBackupsMade({ change, progress }: ChangeState): boolean {
  return (
    change.backups.length === 0 ||
    change.backups.every(({ name }) => progress.backups.get(name)?.kind === "made")
  );
}

function isResumed({ change, once, progress }: ChangeState): boolean {
  return progress.unresumed !== null || nextBackward(change.prepare, once.prepare).kind === "complete";
}
