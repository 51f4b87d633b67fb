import type { Change, Step } from "../../src/plan/change.ts";
import { NOTHING_MORE } from "../fakes/change.ts";

export function makeStep(name: string, run: string, more: Partial<Step> = {}): Step {
  return {
    name,
    run,
    undo: null,
    on: "targets",
    timeoutMs: 60_000,
    retries: 0,
    irreversible: false,
    ...more,
  };
}

/** A rolling change of `web-01`, `web-02`, …; a batch per size. */
export function makeChange(sizes: readonly number[], more: Partial<Change> = {}): Change {
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const names = Array.from({ length: total }, (_, index) => `web-${String(index + 1).padStart(2, "0")}`);
  const rest = [...names];
  const batches = sizes.map((size) => rest.splice(0, size));
  return {
    ...NOTHING_MORE,
    ...DESCRIPTION,
    targets: names.map((name, index) => ({
      name,
      host: `10.0.${Math.floor(index / 250)}.${(index % 250) + 1}`,
      zone: "a",
    })),
    rollout: {
      strategy: "rolling",
      batches,
      maxUnavailable: 4,
      maxFailures: 0,
      parallel: 4,
      bakeMs: 120_000,
      blueGreen: null,
    },
    apply: APPLY,
    health: HEALTH,
    rollback: {
      parallel: 4,
      budgets: {
        decideMs: 300_000,
        announceMs: 300_000,
        restoreMs: 10_000,
        verifyMs: 900_000,
        reviewMs: 86_400_000,
      },
    },
    ...more,
  };
}

const DESCRIPTION = {
  id: "CHG-2026-0142",
  title: "Checkout 4.2.0",
  summary: "New client for the payment provider.",
  ticket: "https://tickets.example.com/CHG-2026-0142",
  type: "normal",
  risk: "medium",
  environment: "production",
  version: "4.2.0",
  digest: "3f".repeat(32),
  ssh: null,
  versionCommand: "cat /srv/checkout/VERSION",
} as const;

const APPLY: Change["apply"] = {
  before: [makeStep("Schema", "./ops/migrate up", { undo: "./ops/migrate down", on: "runner" })],
  each: [
    makeStep("Drain", 'lb drain "$TARGET_NAME"', { undo: 'lb enable "$TARGET_NAME"', on: "runner" }),
    makeStep("Install", 'sudo install "$CHANGE_VERSION"', { undo: 'sudo install "$PREVIOUS_VERSION"' }),
  ],
  after: [],
};

const HEALTH: Change["health"] = {
  everyMs: 5_000,
  pass: 3,
  stableMs: 30_000,
  deadlineMs: 300_000,
  checks: [
    {
      name: "alive",
      probe: { kind: "http", url: "http://{host}:8080/healthz", status: 200, bodyContains: null },
      timeoutMs: 3_000,
      below: 3_000,
      above: null,
      baselineMs: null,
    },
  ],
  service: [],
};
