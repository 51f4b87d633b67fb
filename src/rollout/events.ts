import * as z from "zod";
import { at, batch, detail, Holder, Measurement, Outcome, StepRun, target } from "./event-parts.ts";

/** Of the lease. It grows from one process to the next, so it says who came later, whatever the clocks say. */
const Token = z.int().positive();
/** An emergency: changes that it goes over, though they are part done or keep what they were to go back to. */
const Over = z.array(z.string());

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
    token: Token.optional(),
    over: Over.optional(),
  }),
  /** Another process goes on. Whatever was in flight is in doubt from here. */
  z.strictObject({
    kind: z.literal("resumed"),
    at,
    holder: Holder,
    /** `missing`: facts since the last flush are lost, so an opened batch may be done to any extent. */
    writeAhead: z.enum(["found", "missing"]),
    token: Token.optional(),
    /** Others have acted since, and nothing is touched yet: what was looked at before the start is out of date. */
    anew: z.enum(["goes-on", "goes-back"]).optional(),
    over: Over.optional(),
  }),
  z.strictObject({ kind: z.literal("lease-taken-over"), at, from: Holder, proof: z.string() }),

  /** The gate has proven that this digest was approved; before the attempt that it allows. */
  z.strictObject({
    kind: z.literal("approved"),
    at,
    digest: z.string(),
    /** `github`: proven by its API; `unproven`: somebody's word on a command line. */
    proof: z.enum(["github", "unproven"]),
    /** One entry for each approval of the plan: whose reviews it was met by. */
    approvals: z.array(z.strictObject({ of: z.string(), by: z.array(z.string()) })),
    attestations: z.array(z.strictObject({ name: z.string(), role: z.string(), by: z.string() })),
    /** What people owe for it later, such as the review of an emergency. */
    owed: z.array(z.string()),
  }),
  z.strictObject({
    kind: z.literal("requirement-checked"),
    at,
    environment: z.string(),
    met: z.boolean(),
    detail,
  }),
  /** The window is closed, and the plan says to wait for it. */
  z.strictObject({ kind: z.literal("window-awaited"), at, until: z.iso.datetime() }),
  /** Approval, window and requirements said yes. */
  z.strictObject({ kind: z.literal("gate-passed"), at, detail }),
  /** A check of a phase has been asked, everywhere where it is asked; the measurements are the worst ones. */
  z.strictObject({
    kind: z.literal("check-asked"),
    at,
    phase: z.enum(["contact", "preflight", "verify"]),
    check: z.int().nonnegative(),
    name: z.string(),
    passed: z.boolean(),
    targets: z.int().nonnegative(),
    measurements: z.array(Measurement),
  }),
  /** People were told that it is about to start; `failed` names the destinations that were not reached. */
  z.strictObject({ kind: z.literal("notice-given"), at, failed: z.array(z.string()) }),
  z.strictObject({
    kind: z.literal("baseline-recorded"),
    at,
    check: z.string(),
    value: z.number().nullable(),
  }),
  z.strictObject({ kind: z.literal("backup-started"), at, backup: z.string(), file: z.string() }),
  z.strictObject({
    kind: z.literal("backup-made"),
    at,
    backup: z.string(),
    file: z.string(),
    sha256: z.string(),
    bytes: z.number(),
    kept: z.boolean(),
  }),
  z.strictObject({ kind: z.literal("backup-failed"), at, backup: z.string(), detail }),
  /** Once more before the first touch: the files are what was verified. */
  z.strictObject({ kind: z.literal("backups-confirmed"), at, ok: z.boolean(), detail }),
  /** Blue-green: which group is live; null where the command did not say. */
  z.strictObject({ kind: z.literal("active-observed"), at, group: z.string().nullable(), detail }),
  /** `prepare`, `deploy` and `verify` may be run as jobs' steps of their own: this one is done. */
  z.strictObject({ kind: z.literal("phase-reached"), at, phase: z.enum(["prepare", "deploy", "verify"]) }),

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
  /** Of the checks that are asked once for all targets. */
  z.strictObject({
    kind: z.literal("service-changed"),
    at,
    verdict: z.enum(["healthy", "unhealthy", "unknown"]),
    measurements: z.array(Measurement),
  }),
  /** A trigger's condition holds from here on, on this target, until it no longer does. */
  z.strictObject({ kind: z.literal("breach-began"), at, trigger: z.string(), target: target.nullable() }),
  z.strictObject({ kind: z.literal("breach-ended"), at, trigger: z.string(), target: target.nullable() }),
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
    /** Backups that a person wants to have restored, besides those of the plan's trigger. */
    restore: z.array(z.string()).optional(),
  }),
  /** What a person has said whom the team allows to. */
  z.strictObject({
    kind: z.literal("commanded"),
    at,
    command: z.enum(["continue", "hold", "rollback", "abort"]),
    by: z.string(),
    /** By which right, and where it was said: the same words are never carried out twice. */
    role: z.string(),
    id: z.string(),
    restore: z.array(z.string()).optional(),
  }),
  /** Nobody has answered in time: `otherwise` happens. */
  z.strictObject({
    kind: z.literal("question-expired"),
    at,
    trigger: z.string(),
    otherwise: z.enum(["rollback", "continue", "hold"]),
  }),
  z.strictObject({
    kind: z.literal("budget-passed"),
    at,
    budget: z.string(),
    budgetMs: z.number(),
  }),
  z.strictObject({ kind: z.literal("notify-failed"), at, detail }),
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
    scope: z.enum(["before", "after", "switch", "prepare", "respond", "restore", "service"]).optional(),
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
