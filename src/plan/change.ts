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
  /** Prints a target's present version; null when the plan records none. */
  versionCommand: string | null;
  rollout: RolloutRules;
  apply: Readonly<{ before: readonly Step[]; each: readonly Step[]; after: readonly Step[] }>;
  health: HealthRules;
  rollback: RollbackRules;
}>;

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
}>;

export type Scope = "before" | "each" | "after";

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
  checks: readonly Check[];
}>;

export type Check = Readonly<{
  name: string;
  probe: Probe;
  /** One probe may take this long; past it the sample is unhealthy (http, tcp) or unknown (run, prometheus). */
  timeoutMs: number;
  /** Exclusive limits on the measured value: milliseconds for http and tcp, the printed number for run, the result for prometheus. */
  below: number | null;
  above: number | null;
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
