import * as z from "zod";
import type { Change } from "./change.ts";

/**
 * The resolved change as a journal keeps it. Replaying it asks neither the plan language nor its
 * defaults, so a later version decides as this one did. Strict: a key that this version does not know
 * means something that it would not carry out. Add keys with a default here, never change one.
 */
const count = z.int().nonnegative();
const Step = z.strictObject({
  name: z.string(),
  run: z.string(),
  undo: z.string().nullable(),
  on: z.enum(["targets", "runner"]),
  timeoutMs: count,
  retries: count,
  irreversible: z.boolean(),
});

const on = z.enum(["targets", "runner"]);
const Probe = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("http"),
    url: z.string(),
    status: count,
    bodyContains: z.string().nullable(),
  }),
  z.strictObject({ kind: z.literal("tcp"), host: z.string(), port: count }),
  z.strictObject({ kind: z.literal("run"), command: z.string(), on }),
  z.strictObject({
    kind: z.literal("prometheus"),
    server: z.string(),
    query: z.string(),
    bearer: z.string().nullable(),
    basic: z.string().nullable(),
  }),
]);

const Check = z.strictObject({
  name: z.string(),
  probe: Probe,
  timeoutMs: count,
  below: z.number().nullable(),
  above: z.number().nullable(),
});

const budgets = z.strictObject({
  decideMs: count,
  announceMs: count,
  restoreMs: count,
  verifyMs: count,
  reviewMs: count,
});

export const RecordedChange = z.strictObject({
  id: z.string(),
  title: z.string(),
  summary: z.string().nullable(),
  ticket: z.string().nullable(),
  type: z.enum(["standard", "normal", "emergency"]),
  risk: z.enum(["low", "medium", "high"]),
  environment: z.string(),
  version: z.string(),
  digest: z.string(),
  targets: z.array(z.strictObject({ name: z.string(), host: z.string(), zone: z.string().nullable() })),
  versionCommand: z.string().nullable(),
  rollout: z.strictObject({
    strategy: z.enum(["rolling", "blue-green", "big-bang"]),
    batches: z.array(z.array(z.string()).min(1)),
    maxUnavailable: count,
    maxFailures: count,
    parallel: count,
    bakeMs: count,
  }),
  apply: z.strictObject({ before: z.array(Step), each: z.array(Step), after: z.array(Step) }),
  health: z.strictObject({
    everyMs: count,
    pass: count,
    stableMs: count,
    deadlineMs: count,
    checks: z.array(Check),
  }),
  rollback: z.strictObject({ parallel: count, budgets }),
}) satisfies z.ZodType<Change>;
