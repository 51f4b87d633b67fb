import type { Change } from "../change.ts";
import type { PlanDocument } from "../schema/plan.ts";
import { batchTimes, surveyTimes } from "./rollout-times.ts";
import { commandTimes, NO_TIME, repeatTimes, stepTimes, sumTimes, type Times, waitTimes } from "./times.ts";

export type PhaseName =
  | "notice"
  | "preflight"
  | "backup"
  | "prepare"
  | "survey"
  | "before"
  | "batches"
  | "after"
  | "verify"
  | "resume";

/** The plan's own names for what its `schedule.budgets` cover. */
export type BudgetName = "prepare" | "backup" | "apply" | "verify" | "resume";

export type Phase = Readonly<{ name: PhaseName; budget: BudgetName | null; startMs: number }> & Times;

export type Batch = Readonly<{ number: number; targets: readonly string[]; startMs: number }> & Times;

/** What a probe may take where the plan says nothing. */
const PROBE_TIMEOUT_MS = 5_000;

/** The way forward in order; `startMs` counts from the start, as far as things go as expected. */
export function listPhases(plan: PlanDocument, change: Change): Phase[] {
  const batches = sumTimes(change.rollout.batches.map((batch) => batchTimes(change, batch.length)));
  const parts: readonly (readonly [PhaseName, BudgetName | null, Times])[] = [
    ["notice", null, waitTimes(plan.notify?.before ?? 0)],
    ["preflight", "prepare", probesTimes(plan.preflight, change)],
    ["backup", "backup", sumTimes(plan.backups.map(backupTimes))],
    ["prepare", "prepare", sumTimes(plan.prepare.map((action) => actionTimes(action, change)))],
    ["survey", "apply", surveyTimes(change)],
    ["before", "apply", sumTimes(change.apply.before.map(stepTimes))],
    ["batches", "apply", batches],
    ["after", "apply", sumTimes(change.apply.after.map(stepTimes))],
    ["verify", "verify", probesTimes(plan.verify, change)],
    ["resume", "resume", sumTimes(plan.prepare.map((action) => resumeTimes(action, change)))],
  ];
  let startMs = 0;
  return parts
    .filter(([, , times]) => times.worstMs > 0)
    .map(([name, budget, times]) => {
      const phase = { name, budget, startMs, ...times };
      startMs += times.expectedMs;
      return phase;
    });
}

export function listBatches(change: Change, phases: readonly Phase[]): Batch[] {
  let startMs = phases.find(({ name }) => name === "batches")?.startMs ?? 0;
  return change.rollout.batches.map((targets, index) => {
    const times = batchTimes(change, targets.length);
    const batch = { number: index + 1, targets, startMs, ...times };
    startMs += times.expectedMs;
    return batch;
  });
}

type Placed = Readonly<{ on: "targets" | "runner" }>;
type Probing = Placed & Readonly<{ timeout?: number | undefined; attest?: string | undefined }>;
type Acting = Placed & Readonly<{ timeout: number; retries: number }>;

/** What a person attests is asked for at the approval, before anything here begins. */
function probesTimes(probes: readonly Probing[], change: Change): Times {
  const parts = probes
    .filter(({ attest }) => attest === undefined)
    .map((probe) => spread(commandTimes(probe.timeout ?? PROBE_TIMEOUT_MS), probe, change));
  return sumTimes(parts);
}

function actionTimes(action: Acting, change: Change): Times {
  return spread(commandTimes(action.timeout, action.retries + 1), action, change);
}

function resumeTimes(action: Acting & Readonly<{ finally?: string | undefined }>, change: Change): Times {
  return action.finally === undefined ? NO_TIME : actionTimes(action, change);
}

/** On the targets, as many side by side as the rollout allows. */
function spread(times: Times, { on }: Placed, { targets, rollout }: Change): Times {
  return on === "runner" ? times : repeatTimes(times, Math.ceil(targets.length / rollout.parallel));
}

type Backup = PlanDocument["backups"][number];

function backupTimes({ verify, keep, timeout }: Backup): Times {
  const commands = 1 + (verify === undefined ? 0 : 1) + (keep === undefined ? 0 : 1);
  return repeatTimes(commandTimes(timeout), commands);
}

/** Fetching and restoring the backups that some trigger restores. */
export function restoreTimes({ backups, triggers }: PlanDocument): Times {
  const named = new Set(triggers.flatMap(({ restore }) => restore ?? []));
  const parts = backups
    .filter(({ name }) => named.has(name))
    .map(({ fetch, timeout }) => repeatTimes(commandTimes(timeout), fetch === undefined ? 1 : 2));
  return sumTimes(parts);
}
