import * as z from "zod";
import { Outcome } from "../rollout/event-parts.ts";
import { ACCOUNTS } from "./accounting.ts";

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

const Measurement = z.strictObject({
  target: z.string().nullable(),
  check: z.string(),
  verdict: z.enum(["healthy", "unhealthy", "unknown"]),
  value: z.number().nullable(),
  detail: z.string(),
});

const TargetRow = z.strictObject({
  name: z.string(),
  batch,
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
  scope: z.enum(["before", "each", "after"]),
  batch: batch.nullable(),
  reason: z.string(),
  previousVersion: z.string().nullable(),
  /** Every undo has run already; only the proof is missing. */
  undone: z.boolean(),
  /** In the order to run them; `run: null` is a step that the plan declares irreversible. */
  undo: z.array(
    z.strictObject({ step: z.string(), on: z.enum(["targets", "runner"]), run: z.string().nullable() }),
  ),
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
  trigger: z
    .strictObject({
      name: z.string(),
      severity: z.enum(["critical", "warning"]),
      reason: z.string(),
      by: z.string().nullable(),
      at,
      measurements: z.array(Measurement),
    })
    .nullable(),
  rollback: Rollback.nullable(),
  byHand: z.array(ByHandRow),
  /** Rows that were left out of a bounded result; the counts cover them. */
  leftOut: z.strictObject({ batches: count, targets: count, byHand: count }),
  issueUrl: z.string().nullable(),
  reportPath: z.string().nullable(),
  journalRef: z.string().nullable(),
});
export type Result = z.infer<typeof Result>;
