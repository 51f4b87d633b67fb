import * as z from "zod";
import { Measurement } from "../rollout/event-parts.ts";

/** What a result says about everything around the batches. */

const at = z.iso.datetime();
const count = z.int().nonnegative();

export const Approval = z.strictObject({
  digest: z.string(),
  proof: z.enum(["github", "unproven"]),
  at,
  approvals: z.array(z.strictObject({ of: z.string(), by: z.array(z.string()) })),
  attestations: z.array(z.strictObject({ name: z.string(), role: z.string(), by: z.string() })),
});

export const CheckRow = z.strictObject({
  phase: z.enum(["contact", "preflight", "verify"]),
  name: z.string(),
  status: z.enum(["passed", "failed", "not asked"]),
});

export const BackupRow = z.strictObject({
  name: z.string(),
  status: z.enum(["not made", "being made", "verified", "failed"]),
  file: z.string().nullable(),
  sha256: z.string().nullable(),
  bytes: z.number().nullable(),
  /** Off the machine that made it. */
  kept: z.boolean(),
  restore: z.enum(["no", "due", "restored", "failed"]),
  detail: z.string().nullable(),
});

export const PhaseRow = z.strictObject({
  phase: z.string(),
  status: z.enum(["done", "under way", "stopped", "waiting"]),
  /** While somebody worked on it. */
  tookMs: count,
});

export const StageBudgetRow = z.strictObject({
  budget: z.enum(["prepare", "backup", "apply", "verify", "resume"]),
  budgetMs: count,
  tookMs: count,
  verdict: z.enum(["within", "over", "not reached"]),
});

export const Service = z.strictObject({
  verdict: z.enum(["healthy", "unhealthy", "unknown"]),
  measurements: z.array(Measurement),
});

/** Blue-green. */
export const Groups = z.strictObject({
  activeBefore: z.string().nullable(),
  changed: z.string().nullable(),
  switched: z.boolean(),
  /** Until then the other group stays as it was. */
  keptUntil: at.nullable(),
});

export const Question = z.strictObject({
  trigger: z.string(),
  deadline: at,
  otherwise: z.enum(["rollback", "continue", "hold"]),
});

export const OwedRow = z.strictObject({
  task: z.string(),
  owners: z.array(z.string()),
  /** null: now. */
  due: at.nullable(),
});
