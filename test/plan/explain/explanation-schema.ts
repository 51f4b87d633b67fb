import * as z from "zod";

const ms = z.number().nonnegative();
const at = z.iso.datetime();
const times = { expectedMs: ms, worstMs: ms };
const scope = z.enum(["before", "each", "switch", "after"]);
const step = z.strictObject({ scope, name: z.string() });
const names = z.array(z.string());
const limit = z.union([z.strictObject({ value: z.number() }), z.strictObject({ ms })]).nullable();

const before = z.enum(["notice", "preflight", "backup", "prepare", "survey", "before"]);
const during = z.enum(["batches", "switch", "watch"]);
const after = z.enum(["after", "verify", "resume", "keep"]);

const Phase = z.strictObject({
  name: z.union([before, during, after]),
  budget: z.enum(["prepare", "backup", "apply", "verify", "resume"]).nullable(),
  startMs: ms,
  ...times,
});

const Condition = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("check"),
    check: z.string(),
    below: limit,
    above: limit,
    worseByPercent: z.number().nullable(),
    forMs: ms,
    sharePercent: z.number().nullable(),
  }),
  z.strictObject({ kind: z.literal("issues"), label: z.string(), moreThan: z.int() }),
]);

const Outside = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.enum(["refused", "allowed"]) }),
  z.strictObject({ kind: z.literal("waits"), atMostMs: ms.nullable() }),
]);

/** What `explain --json` prints: scripts rely on every key of it. */
export const ExplanationDocument = z.strictObject({
  digest: z.string().length(64),
  batches: z.array(
    z.strictObject({
      number: z.int().positive(),
      group: z.string().nullable(),
      targets: names.min(1),
      startMs: ms,
      ...times,
    }),
  ),
  phases: z.array(Phase),
  worstCaseMs: ms,
  window: z
    .strictObject({ timezone: z.string(), opens: at, closes: at.nullable(), fits: z.boolean() })
    .nullable(),
  latestStart: at.nullable(),
  pointOfNoReturn: at.nullable(),
  approvals: z.array(
    z.strictObject({
      kind: z.enum(["environment", "pull-request"]),
      environment: z.string().nullable(),
      count: z.int().positive(),
      from: names.nullable(),
      not: names,
    }),
  ),
  irreversible: z.array(step),

  at,
  timezone: z.string(),
  isOpen: z.boolean(),
  freeze: z.strictObject({ reason: z.string().nullable(), ends: at }).nullable(),
  outside: Outside,
  atEnd: z.enum(["hold", "rollback"]).nullable(),
  change: z.strictObject({
    id: z.string(),
    title: z.string(),
    type: z.enum(["standard", "normal", "emergency"]),
    risk: z.enum(["low", "medium", "high"]),
    environment: z.string(),
    version: z.string(),
  }),
  targetCount: z.int().positive(),
  strategy: z.enum(["rolling", "blue-green", "big-bang"]),
  maxFailures: z.int().nonnegative(),
  budgets: z.array(z.strictObject({ name: z.string(), budgetMs: ms, worstMs: ms })),
  expectedMs: ms,
  rollback: z.strictObject(times),
  attestations: z.array(z.strictObject({ name: z.string(), role: z.string(), who: names })),
  requires: z.array(z.strictObject({ environment: z.string(), withinMs: ms })),
  rollbackOrder: z.array(step),
  triggers: z.array(
    z.strictObject({
      name: z.string(),
      severity: z.enum(["critical", "warning"]),
      when: Condition,
      respond: names,
      restore: names,
      tell: names,
    }),
  ),
  onWarning: z.strictObject({ askMs: ms, otherwise: z.enum(["rollback", "continue", "hold"]) }).nullable(),
  keepMs: ms.nullable(),
});
