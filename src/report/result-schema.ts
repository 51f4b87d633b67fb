import * as z from "zod";
import { Measurement, Outcome } from "../rollout/event-parts.ts";
import { ACCOUNTS } from "./accounting.ts";
import {
  Approval,
  BackupRow,
  CheckRow,
  Groups,
  OwedRow,
  PhaseRow,
  Question,
  Service,
  StageBudgetRow,
} from "./result-parts-schema.ts";

const at = z.iso.datetime();
const count = z.int().nonnegative();
/** From 1, as in every text. */
const batch = z.int().positive();

const Counts = z.strictObject({
  untouched: count,
  updated: count,
  "rolled-back": count,
  failed: count,
  unknown: count,
});

const TargetRow = z.strictObject({
  name: z.string(),
  /** null: it is left alone, as the live group of two is. */
  batch: batch.nullable(),
  status: z.enum(ACCOUNTS),
  previousVersion: z.string().nullable(),
  reason: z.string().nullable(),
});

const BatchRow = z.strictObject({
  batch,
  status: z.enum(["waiting", "open", "baking", "passed", "rolled-back", "incomplete", "stopped"]),
  targets: count,
  counts: Counts,
});

const BudgetRow = z.strictObject({
  phase: z.enum(["decide", "announce", "restore", "verify"]),
  budgetMs: count,
  tookMs: count.nullable(),
  verdict: z.enum(["within", "over", "not reached"]),
});

const Rollback = z.strictObject({
  triggeredAt: at,
  announcedAt: at.nullable(),
  firstUndoAt: at.nullable(),
  lastUndoAt: at.nullable(),
  verifiedAt: at.nullable(),
  budgets: z.array(BudgetRow),
  reviewDueAt: at,
});

const ByHandRow = z.strictObject({
  /** null: steps that run once, in `scope`. */
  target: z.string().nullable(),
  host: z.string().nullable(),
  scope: z.enum(["before", "each", "after", "switch", "prepare", "respond", "restore", "service"]),
  batch: batch.nullable(),
  reason: z.string(),
  previousVersion: z.string().nullable(),
  /** Every undo has run already; only the proof is missing. */
  undone: z.boolean(),
  /** In the order to run them; `run: null` is a step that the plan declares irreversible. */
  undo: z.array(
    z.strictObject({
      step: z.string(),
      on: z.enum(["targets", "runner"]),
      direction: z.enum(["do", "undo"]),
      run: z.string().nullable(),
    }),
  ),
});

const Trigger = z.strictObject({
  name: z.string(),
  severity: z.enum(["critical", "warning"]),
  reason: z.string(),
  by: z.string().nullable(),
  at,
  measurements: z.array(Measurement),
});

/** The one machine-readable account of a change. Add optional keys; a changed meaning is a new version. */
export const Result = z.strictObject({
  version: z.literal(1),
  /** null: it still runs. */
  outcome: Outcome.nullable(),
  reasonCode: z.string().nullable(),
  reason: z.string().nullable(),
  phase: z.string(),
  changeId: z.string(),
  title: z.string(),
  digest: z.string(),
  environment: z.string(),
  targetVersion: z.string(),
  commit: z.string().nullable(),
  attempt: count,
  holder: z.strictObject({ actor: z.string(), where: z.string() }).nullable(),
  times: z.strictObject({
    startedAt: at.nullable(),
    updatedAt: at.nullable(),
    endedAt: at.nullable(),
    tookMs: count,
  }),
  counts: Counts,
  batches: z.array(BatchRow),
  targets: z.array(TargetRow),
  approval: Approval.nullable(),
  checks: z.array(CheckRow),
  baselines: z.array(z.strictObject({ check: z.string(), value: z.number().nullable() })),
  backups: z.array(BackupRow),
  /** Those that the plan has something to do in, in order. */
  phases: z.array(PhaseRow),
  /** Of the plan's schedule; those of the rollback stand there. */
  budgets: z.array(StageBudgetRow),
  service: Service.nullable(),
  groups: Groups.nullable(),
  /** What rolled it back. */
  trigger: Trigger.nullable(),
  warnings: z.array(Trigger),
  /** The one that waits for an answer. */
  question: Question.nullable(),
  rollback: Rollback.nullable(),
  byHand: z.array(ByHandRow),
  owed: z.array(OwedRow),
  /** Rows that were left out of a bounded result; the counts cover them. */
  leftOut: z.strictObject({ batches: count, targets: count, byHand: count, warnings: count }),
  issueUrl: z.string().nullable(),
  reportPath: z.string().nullable(),
  journalRef: z.string().nullable(),
});
export type Result = z.infer<typeof Result>;
