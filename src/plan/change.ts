import type { Schedule } from "../gate/schedule.ts";

/**
 * The resolved change: what the engine executes. `resolveChange` makes it from a valid plan, the
 * target list and the version; every default is filled in and every duration is in milliseconds.
 */
export type Change = Readonly<{
  id: string;
  title: string;
  summary: string | null;
  ticket: string | null;
  type: "standard" | "normal" | "emergency";
  risk: "low" | "medium" | "high";
  environment: string;
  /** CHANGE_VERSION: free text, never parsed. */
  version: string;
  /** SHA-256, hex: see digest.ts. */
  digest: string;
  targets: readonly Target[];
  /** null: commands for targets run on the runner, with TARGET_NAME set. */
  ssh: SshSettings | null;
  /** Prints a target's present version; null when the plan records none. */
  versionCommand: string | null;
  rollout: RolloutRules;
  apply: Readonly<{ before: readonly Step[]; each: readonly Step[]; after: readonly Step[] }>;
  health: HealthRules;
  rollback: RollbackRules;
  team: Team;
  schedule: ScheduleRules | null;
  requires: readonly Requirement[];
  /** Whether the plan asks for approvals, which the gate proves: see `approved` in events.ts. */
  needsApproval: boolean;
  preflight: Readonly<{ checks: readonly PlacedCheck[]; attestations: readonly Attestation[] }>;
  backups: readonly Backup[];
  /** Once, in order; the undo of each is its `finally`, which runs at the end whatever the outcome. */
  prepare: readonly Step[];
  triggers: readonly Trigger[];
  onWarning: Readonly<{ askMs: number; otherwise: "rollback" | "continue" | "hold" }>;
  verify: readonly PlacedCheck[];
  notify: Readonly<{ beforeMs: number; to: readonly Destination[] }>;
}>;

export type Role = "manager" | "engineers" | "quality" | "security";

/** GitHub users and `@org/team`s, as the plan writes them. */
export type Team = Readonly<Record<Role, readonly string[]>> &
  Readonly<{ contacts: readonly Readonly<{ name: string; reach: string; test: Check | null }>[] }>;

export type BudgetName = "prepare" | "backup" | "apply" | "verify" | "resume";

export type ScheduleRules = Schedule &
  Readonly<{
    outside: "fail" | "wait";
    waitLimitMs: number;
    /** What the end of the window does to a change that is not finished. */
    atEnd: "hold" | "rollback";
    budgets: Readonly<Partial<Record<BudgetName, number>>>;
    /** The longest that a full rollback can take, and a batch by its number of targets. */
    rollbackWorstMs: number;
    batchWorstMs: Readonly<Record<string, number>>;
  }>;

export type Requirement = Readonly<{ environment: string; withinMs: number }>;

export type Attestation = Readonly<{ name: string; role: Role }>;

/** A check of a phase: asked once, of every target or once on the runner. */
export type PlacedCheck = Check & Readonly<{ on: "targets" | "runner" }>;

export type Backup = Readonly<{
  name: string;
  run: string;
  verify: string | null;
  keep: string | null;
  fetch: string | null;
  restore: string | null;
  timeoutMs: number;
}>;

export type Destination = Readonly<{ env: string; format: "slack" | "teams" | "json" }>;

export type Trigger = Readonly<{
  name: string;
  severity: "critical" | "warning";
  when: Condition;
  /** Backups, by name. */
  restore: readonly string[];
  respond: readonly Step[];
  tell: readonly Role[];
}>;

export type Condition =
  | Readonly<{
      kind: "check";
      check: string;
      /** Exclusive limits; with neither these nor `worseBy` the check's own verdict counts. */
      above: number | null;
      below: number | null;
      /** Percent by which it is worse than its baseline. */
      worseBy: number | null;
      forMs: number;
      /** Percent of all targets; null is any one. */
      share: number | null;
    }>
  | Readonly<{ kind: "issues"; label: string; moreThan: number }>;

/** `keyEnv` names the variable that holds the private key; `knownHosts` is a path from the plan's folder. */
export type SshSettings = Readonly<{ user: string; keyEnv: string; knownHosts: string; port: number }>;

export type Target = Readonly<{ name: string; host: string; zone: string | null }>;

/** What a strategy comes down to. Every count is absolute: percentages are already resolved. */
export type RolloutRules = Readonly<{
  strategy: "rolling" | "blue-green" | "big-bang";
  /** Target names, in order; no batch is empty, and every target is in exactly one. */
  batches: readonly (readonly string[])[];
  /** Most targets that may be changing, unhealthy or unknown at once; at least 1. */
  maxUnavailable: number;
  /** Failed targets that the change survives; one more rolls it back. */
  maxFailures: number;
  /** Targets whose steps run side by side; at least 1. */
  parallel: number;
  bakeMs: number;
  blueGreen: BlueGreen | null;
}>;

/** Two groups, of which the idle one is changed; `batches` are those of the first until it is known which. */
export type BlueGreen = Readonly<{
  /** Prints the name of the live group. */
  active: string;
  groups: readonly Readonly<{ name: string; targets: readonly string[] }>[];
  switch: Step;
  /** How long the other group stays as it was; null where the plan does not say. */
  keepMs: number | null;
}>;

/** What the plan's author calls the change. */
export type Scope = "before" | "each" | "after";

/** Every list that steps can stand in: `switch` is blue-green's, the last three belong to no rollout. */
export type StepList = Scope | "switch" | "prepare" | "respond" | "restore";

export type Step = Readonly<{
  name: string;
  run: string;
  /** null: nothing to undo, because the step is read-only or irreversible. */
  undo: string | null;
  on: "targets" | "runner";
  timeoutMs: number;
  /** Further tries after a failure. At least 1 also declares that repeating the step is safe. */
  retries: number;
  irreversible: boolean;
}>;

export type HealthRules = Readonly<{
  everyMs: number;
  /** Healthy samples in a row. */
  pass: number;
  stableMs: number;
  deadlineMs: number;
  /** Asked of each target. */
  checks: readonly Check[];
  /** Asked once, for the service as a whole. */
  service: readonly Check[];
}>;

export type Check = Readonly<{
  name: string;
  probe: Probe;
  /** One probe may take this long; past it the sample is unhealthy (http, tcp) or unknown (run, prometheus). */
  timeoutMs: number;
  /** Exclusive limits on the measured value: milliseconds for http and tcp, the printed number for run, the result for prometheus. */
  below: number | null;
  above: number | null;
  /** Measured for so long before the first touch, for triggers to compare with; null: never. */
  baselineMs: number | null;
}>;

/** `{host}`, `{name}`, `{zone}` and `{version}` in url, host and query are filled in, encoded, per target. */
export type Probe =
  | Readonly<{ kind: "http"; url: string; status: number; bodyContains: string | null }>
  | Readonly<{ kind: "tcp"; host: string; port: number }>
  | Readonly<{ kind: "run"; command: string; on: "targets" | "runner" }>
  /** `server` is an address or `env:NAME`; the credentials are `env:NAME`, one of them at most. */
  | Readonly<{
      kind: "prometheus";
      server: string;
      query: string;
      bearer: string | null;
      basic: string | null;
    }>;

export type RollbackRules = Readonly<{
  /** Targets undone side by side; at least 1. */
  parallel: number;
  budgets: RollbackBudgets;
}>;

export type RollbackBudgets = Readonly<{
  decideMs: number;
  announceMs: number;
  restoreMs: number;
  verifyMs: number;
  reviewMs: number;
}>;
