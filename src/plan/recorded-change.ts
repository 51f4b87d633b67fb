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
    bearer: z.string().nullable().default(null),
    basic: z.string().nullable().default(null),
  }),
]);

const Check = z.strictObject({
  name: z.string(),
  probe: Probe,
  timeoutMs: count,
  below: z.number().nullable(),
  above: z.number().nullable(),
  baselineMs: count.nullable().default(null),
});
const PlacedCheck = Check.extend({ on });

const Backup = z.strictObject({
  name: z.string(),
  run: z.string(),
  verify: z.string().nullable(),
  keep: z.string().nullable(),
  fetch: z.string().nullable(),
  restore: z.string().nullable(),
  timeoutMs: count,
});

const Role = z.enum(["manager", "engineers", "quality", "security"]);
const people = z.array(z.string());
const Team = z.strictObject({
  manager: people,
  engineers: people,
  quality: people,
  security: people,
  contacts: z.array(z.strictObject({ name: z.string(), reach: z.string(), test: Check.nullable() })),
});

const Condition = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("check"),
    check: z.string(),
    above: z.number().nullable(),
    below: z.number().nullable(),
    worseBy: z.number().nullable(),
    forMs: count,
    share: z.number().nullable(),
  }),
  z.strictObject({ kind: z.literal("issues"), label: z.string(), moreThan: count }),
]);

const Trigger = z.strictObject({
  name: z.string(),
  severity: z.enum(["critical", "warning"]),
  when: Condition,
  restore: z.array(z.string()),
  respond: z.array(Step),
  tell: z.array(Role),
});

const weekday = z.literal([1, 2, 3, 4, 5, 6, 7]);
const Schedule = z.strictObject({
  timezone: z.string(),
  windows: z.array(
    z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("absolute"), from: z.string(), to: z.string() }),
      z.strictObject({ kind: z.literal("weekly"), days: z.array(weekday), from: z.string(), to: z.string() }),
    ]),
  ),
  freezes: z.array(z.strictObject({ from: z.string(), to: z.string(), reason: z.string().nullable() })),
  outside: z.enum(["fail", "wait"]),
  waitLimitMs: count,
  atEnd: z.enum(["hold", "rollback"]),
  budgets: z.partialRecord(z.enum(["prepare", "backup", "apply", "verify", "resume"]), count),
  rollbackWorstMs: z.number().nonnegative(),
  batchWorstMs: z.record(z.string(), z.number().nonnegative()),
});

const BlueGreen = z.strictObject({
  active: z.string(),
  groups: z.array(z.strictObject({ name: z.string(), targets: z.array(z.string()) })),
  switch: Step,
  keepMs: count.nullable(),
});

const Ssh = z.strictObject({ user: z.string(), keyEnv: z.string(), knownHosts: z.string(), port: count });

const NOBODY = { manager: [], engineers: [], quality: [], security: [], contacts: [] };

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
  ssh: Ssh.nullable().default(null),
  versionCommand: z.string().nullable(),
  rollout: z.strictObject({
    strategy: z.enum(["rolling", "blue-green", "big-bang"]),
    batches: z.array(z.array(z.string()).min(1)),
    maxUnavailable: count,
    maxFailures: count,
    parallel: count,
    bakeMs: count,
    blueGreen: BlueGreen.nullable().default(null),
  }),
  apply: z.strictObject({ before: z.array(Step), each: z.array(Step), after: z.array(Step) }),
  health: z.strictObject({
    everyMs: count,
    pass: count,
    stableMs: count,
    deadlineMs: count,
    checks: z.array(Check),
    service: z.array(Check).default([]),
  }),
  rollback: z.strictObject({ parallel: count, budgets }),
  team: Team.default(NOBODY),
  schedule: Schedule.nullable().default(null),
  requires: z.array(z.strictObject({ environment: z.string(), withinMs: count })).default([]),
  needsApproval: z.boolean().default(false),
  preflight: z
    .strictObject({
      checks: z.array(PlacedCheck),
      attestations: z.array(z.strictObject({ name: z.string(), role: Role })),
    })
    .default({ checks: [], attestations: [] }),
  backups: z.array(Backup).default([]),
  prepare: z.array(Step).default([]),
  triggers: z.array(Trigger).default([]),
  onWarning: z
    .strictObject({ askMs: count, otherwise: z.enum(["rollback", "continue", "hold"]) })
    .default({ askMs: 900_000, otherwise: "rollback" }),
  verify: z.array(PlacedCheck).default([]),
  notify: z
    .strictObject({
      beforeMs: count,
      to: z.array(z.strictObject({ env: z.string(), format: z.enum(["slack", "teams", "json"]) })),
    })
    .default({ beforeMs: 0, to: [] }),
}) satisfies z.ZodType<Change>;
