import * as z from "zod";

const at = z.iso.datetime();
const target = z.string().min(1);
const batch = z.int().nonnegative();
/** Untrusted text (a command's last lines, an error): bounded here, escaped where it is shown. */
const detail = z.string().max(2_000);

/** Which run of which step: enough to find its receipt again after a crash. */
const StepRun = z.strictObject({
  scope: z.enum(["before", "each", "after"]),
  step: z.int().nonnegative(),
  /** null for `before` and `after`, which run once. */
  target: target.nullable(),
  direction: z.enum(["do", "undo"]),
  /** Unique within the change: counts every start of any step. */
  run: z.int().positive(),
});
export type StepRun = z.infer<typeof StepRun>;

const Holder = z.strictObject({
  /** Who or what started this process: a GitHub login, or user@machine. */
  actor: z.string(),
  /** Where it can be looked at: a run's URL, or `pid N on machine`. */
  where: z.string(),
});
export type Holder = z.infer<typeof Holder>;

const Measurement = z.strictObject({
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

/**
 * One fact of a change. Old journals must replay for ever: add kinds and optional fields, never
 * redefine one. Past tense; intent events (`…-started`, `batch-opened`) precede their effect.
 */
export const ChangeEvent = z.discriminatedUnion("kind", [
  /** Opens an attempt. A second one after a final outcome starts again from the first batch. */
  z.strictObject({
    kind: z.literal("attempt-started"),
    at,
    attempt: z.int().positive(),
    change: z.string(),
    environment: z.string(),
    version: z.string(),
    digest: z.string(),
    commit: z.string().nullable(),
    holder: Holder,
  }),
  /** Another process goes on. Whatever was in flight is in doubt from here. */
  z.strictObject({
    kind: z.literal("resumed"),
    at,
    holder: Holder,
    /** `missing`: facts since the last flush are lost, so an opened batch may be done to any extent. */
    writeAhead: z.enum(["found", "missing"]),
  }),
  z.strictObject({ kind: z.literal("lease-taken-over"), at, from: Holder, proof: z.string() }),

  z.strictObject({ kind: z.literal("version-recorded"), at, target, version: z.string().max(500) }),
  z.strictObject({ kind: z.literal("version-unreadable"), at, target, detail }),

  /** The durable intent for everything that may happen to these targets, undo included. */
  z.strictObject({ kind: z.literal("batch-opened"), at, batch, targets: z.array(target).min(1) }),
  z.strictObject({ kind: z.literal("bake-started"), at, batch }),
  z.strictObject({ kind: z.literal("batch-passed"), at, batch }),

  z.strictObject({ kind: z.literal("step-started"), at, ...StepRun.shape }),
  z.strictObject({ kind: z.literal("step-finished"), at, ...StepRun.shape, ms: z.number() }),
  z.strictObject({ kind: z.literal("step-failed"), at, ...StepRun.shape, ms: z.number(), detail }),
  /** It is dead without having said how it ended: half done, for all we know. */
  z.strictObject({ kind: z.literal("step-interrupted"), at, ...StepRun.shape, detail }),
  /** A probe found that the intent was never carried out. */
  z.strictObject({ kind: z.literal("step-unstarted"), at, ...StepRun.shape }),

  /** Only changes of verdict are facts worth keeping, with the samples that made it. */
  z.strictObject({
    kind: z.literal("health-changed"),
    at,
    target,
    verdict: z.enum(["healthy", "unhealthy", "unknown"]),
    measurements: z.array(Measurement),
  }),
  /** The target counts against `max-failures`. */
  z.strictObject({
    kind: z.literal("target-failed"),
    at,
    target,
    cause: z.enum(["version", "step", "health"]),
    reason: detail,
  }),

  z.strictObject({
    kind: z.literal("trigger-fired"),
    at,
    /** A trigger's name; `health-gate`, `step-failure` or `manual` for the built-in ones. */
    trigger: z.string(),
    severity: z.enum(["critical", "warning"]),
    reason: detail,
    by: z.string().nullable(),
    measurements: z.array(Measurement),
  }),
  z.strictObject({ kind: z.literal("announced"), at, url: z.string() }),
  z.strictObject({ kind: z.literal("announce-failed"), at, detail }),

  /** After the undo: is the recorded version back? `null` where none was recorded. */
  z.strictObject({
    kind: z.literal("version-verified"),
    at,
    target,
    ok: z.boolean(),
    version: z.string().max(500).nullable(),
  }),
  z.strictObject({ kind: z.literal("target-rolled-back"), at, target }),
  /** Named with what is left to do by hand. `target: null` is a once-step. */
  z.strictObject({
    kind: z.literal("rollback-failed"),
    at,
    target: target.nullable(),
    /** Of the once-step's list, where `target` is null. */
    scope: z.enum(["before", "after"]).optional(),
    reason: detail,
  }),
  /** A maintainer tries again what a rollback left incomplete. */
  z.strictObject({
    kind: z.literal("rollback-retried"),
    at,
    by: z.string().nullable(),
    /** They vouch that it was put right by hand: it is verified, and not undone again. */
    repaired: z.boolean().optional(),
  }),

  z.strictObject({ kind: z.literal("interrupted"), at, cause: z.string() }),
  z.strictObject({
    kind: z.literal("finished"),
    at,
    outcome: Outcome,
    reasonCode: z.string(),
    reason: detail,
  }),
  z.strictObject({ kind: z.literal("reported"), at, url: z.string() }),
]);
export type ChangeEvent = z.infer<typeof ChangeEvent>;
export type EventOf<K extends ChangeEvent["kind"]> = Extract<ChangeEvent, { kind: K }>;

/** The longest `detail` and `reason` that an event takes. */
export const DETAIL_CHARS_MAX = 2_000;
