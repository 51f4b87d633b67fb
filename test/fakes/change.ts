import type { Change, HealthRules, RolloutRules, Step } from "../../src/plan/change.ts";

const MINUTE = 60_000;

export function aStep(over: Partial<Step> = {}): Step {
  return {
    name: "Install",
    run: "install",
    undo: "uninstall",
    on: "targets",
    timeoutMs: MINUTE,
    retries: 0,
    irreversible: false,
    ...over,
  };
}

/** What a plan without the sections of these names comes to. */
export const NOTHING_MORE = {
  team: { manager: [], engineers: [], quality: [], security: [], contacts: [] },
  schedule: null,
  requires: [],
  needsApproval: false,
  preflight: { checks: [], attestations: [] },
  backups: [],
  prepare: [],
  triggers: [],
  onWarning: { askMs: 15 * MINUTE, otherwise: "rollback" },
  verify: [],
  notify: { beforeMs: 0, to: [] },
} as const satisfies Partial<Change>;

type Over = {
  batches?: readonly (readonly string[])[];
  rollout?: Partial<RolloutRules>;
  health?: Partial<HealthRules>;
  apply?: Partial<Change["apply"]>;
  change?: Partial<Change>;
  rollbackParallel?: number;
};

/** A change over the targets of its batches: one step, one check, no bake, versions recorded. */
export function aChange(over: Over = {}): Change {
  const batches = over.batches ?? [["a"], ["b", "c"]];
  const names = batches.flat();
  const largest = Math.max(...batches.map((batch) => batch.length));
  return {
    id: "CHG-1",
    title: "Checkout 2.0",
    summary: null,
    ticket: null,
    type: "normal",
    risk: "medium",
    environment: "production",
    version: "2.0",
    digest: "d".repeat(64),
    targets: names.map((name) => ({ name, host: name, zone: null })),
    ssh: null,
    versionCommand: "cat VERSION",
    rollout: {
      strategy: "rolling",
      batches,
      maxUnavailable: largest,
      maxFailures: 0,
      parallel: 20,
      bakeMs: 0,
      blueGreen: null,
      ...over.rollout,
    },
    apply: { before: [], each: [aStep()], after: [], ...over.apply },
    health: {
      everyMs: 1_000,
      pass: 2,
      stableMs: 0,
      deadlineMs: MINUTE,
      checks: [
        {
          name: "alive",
          probe: { kind: "tcp", host: "{host}", port: 80 },
          timeoutMs: 500,
          below: null,
          above: null,
          baselineMs: null,
        },
      ],
      service: [],
      ...over.health,
    },
    rollback: {
      parallel: over.rollbackParallel ?? 10,
      budgets: {
        decideMs: 5 * MINUTE,
        announceMs: 5 * MINUTE,
        restoreMs: 30 * MINUTE,
        verifyMs: 15 * MINUTE,
        reviewMs: 1_440 * MINUTE,
      },
    },
    ...NOTHING_MORE,
    ...over.change,
  };
}
