import * as z from "zod";

/** The longest `detail` and `reason` that an event takes. */
export const DETAIL_CHARS_MAX = 2_000;

export const at = z.iso.datetime();
export const target = z.string().min(1);
export const batch = z.int().nonnegative();
/** Untrusted text (a command's last lines, an error): bounded here, escaped where it is shown. */
export const detail = z.string().max(DETAIL_CHARS_MAX);

/** Which run of which step: enough to find its receipt again after a crash. */
export const StepRun = z.strictObject({
  scope: z.enum(["before", "each", "after", "switch", "prepare", "respond", "restore"]),
  step: z.int().nonnegative(),
  /** null for every list but `each`: those run once. */
  target: target.nullable(),
  direction: z.enum(["do", "undo"]),
  /** Unique within the change: counts every start of any step. */
  run: z.int().positive(),
});
export type StepRun = z.infer<typeof StepRun>;

export const Holder = z.strictObject({
  /** Who or what started this process: a GitHub login, or user@machine. */
  actor: z.string(),
  /** Where it can be looked at: a run's URL, or `pid N on machine`. */
  where: z.string(),
});
export type Holder = z.infer<typeof Holder>;

export const Measurement = z.strictObject({
  target: target.nullable(),
  check: z.string(),
  verdict: z.enum(["healthy", "unhealthy", "unknown"]),
  /** In the check's own unit: milliseconds for http and tcp, the printed number for a command. */
  value: z.number().nullable(),
  detail,
});
export type Measurement = z.infer<typeof Measurement>;

export const Outcome = z.enum([
  "succeeded",
  "rejected",
  "rolled-back",
  "rollback-incomplete",
  "frozen",
  "held",
  "interrupted",
]);
export type Outcome = z.infer<typeof Outcome>;
