import type { Fact } from "../../src/rollout/decide.ts";

const low = {
  target: null,
  check: "Throughput",
  verdict: "unhealthy",
  value: 340,
  detail: "too few",
} as const;
const good = { target: null, check: "Throughput", verdict: "healthy", value: 612, detail: "" } as const;
const once = { target: null, reason: "exit 7" } as const;

/** Events around the batches: level, line, fact. */
export const PHASE_LINES: readonly (readonly [string, string, Fact])[] = [
  [
    "info",
    "Approved by hubot, monalisa, proven by GitHub, digest 3f3f3f3f3f3f; attested: Rehearsed (monalisa)",
    {
      kind: "approved",
      digest: "3f".repeat(32),
      proof: "github",
      approvals: [{ of: "production", by: ["hubot", "monalisa"] }],
      attestations: [{ name: "Rehearsed", role: "quality", by: "monalisa" }],
      owed: [],
    },
  ],
  [
    "warning",
    "Approved by octocat, on somebody's word, not proven, digest 3f3f3f3f3f3f",
    {
      kind: "approved",
      digest: "3f".repeat(32),
      proof: "unproven",
      approvals: [{ of: "production", by: ["octocat"] }],
      attestations: [],
      owed: ["review"],
    },
  ],
  [
    "info",
    "Requirement met: success in staging: 2 days ago",
    { kind: "requirement-checked", environment: "staging", met: true, detail: "2 days ago" },
  ],
  [
    "warning",
    "Requirement not met: success in staging: never",
    { kind: "requirement-checked", environment: "staging", met: false, detail: "never" },
  ],
  [
    "info",
    "The window is closed: waiting until 2026-11-28 22:00:00 UTC",
    { kind: "window-awaited", until: "2026-11-28T22:00:00.000Z" },
  ],
  ["success", "Gate passed: approved", { kind: "gate-passed", detail: "approved" }],
  [
    "info",
    "Preflight check Disk space on 3 targets passed",
    {
      kind: "check-asked",
      phase: "preflight",
      check: 0,
      name: "Disk space",
      passed: true,
      targets: 3,
      measurements: [],
    },
  ],
  [
    "info",
    "Verification Throughput passed, measured 612",
    {
      kind: "check-asked",
      phase: "verify",
      check: 1,
      name: "Throughput",
      passed: true,
      targets: 0,
      measurements: [good],
    },
  ],
  [
    "warning",
    "Verification Throughput did not pass: Throughput: unhealthy, measured 340, too few",
    {
      kind: "check-asked",
      phase: "verify",
      check: 1,
      name: "Throughput",
      passed: false,
      targets: 0,
      measurements: [low],
    },
  ],
  ["info", "Notice given: people were told that it is about to start", { kind: "notice-given", failed: [] }],
  ["warning", "Notice given, but not to SLACK_WEBHOOK", { kind: "notice-given", failed: ["SLACK_WEBHOOK"] }],
  ["detail", "Baseline of latency: 40", { kind: "baseline-recorded", check: "latency", value: 40 }],
  [
    "detail",
    "Baseline of latency: nothing could be measured",
    { kind: "baseline-recorded", check: "latency", value: null },
  ],
  ["detail", "Backup database started", { kind: "backup-started", backup: "database", file: "/x" }],
  [
    "info",
    "Backup database made and verified: 1.23 GB, SHA-256 abababababab, on this machine only",
    {
      kind: "backup-made",
      backup: "database",
      file: "/x",
      sha256: "ab".repeat(32),
      bytes: 1_234_567_890,
      kept: false,
    },
  ],
  [
    "warning",
    "Backup database failed: exit 1",
    { kind: "backup-failed", backup: "database", detail: "exit 1" },
  ],
  [
    "info",
    "Backups confirmed once more: the files are what was verified",
    { kind: "backups-confirmed", ok: true, detail: "" },
  ],
  [
    "critical",
    "Backups are not what was verified: database differs",
    { kind: "backups-confirmed", ok: false, detail: "database differs" },
  ],
  ["info", "The live group is blue", { kind: "active-observed", group: "blue", detail: "" }],
  [
    "warning",
    "Which group is live is not known: exit 1",
    { kind: "active-observed", group: null, detail: "exit 1" },
  ],
  [
    "success",
    "Prepared: everything is ready for the first batch",
    { kind: "phase-reached", phase: "prepare" },
  ],
  [
    "warning",
    "The service: unhealthy; Throughput: measured 340, too few",
    { kind: "service-changed", verdict: "unhealthy", measurements: [low] },
  ],
  ["detail", "The service: healthy", { kind: "service-changed", verdict: "healthy", measurements: [good] }],
  [
    "detail",
    "Condition of trigger slow holds on web-01",
    { kind: "breach-began", trigger: "slow", target: "web-01" },
  ],
  [
    "detail",
    "Condition of trigger slow no longer holds",
    { kind: "breach-ended", trigger: "slow", target: null },
  ],
  [
    "info",
    "octocat (manager) said /rollback, restoring database",
    {
      kind: "commanded",
      command: "rollback",
      by: "octocat",
      role: "manager",
      id: "1",
      restore: ["database"],
    },
  ],
  [
    "warning",
    "Nobody answered warning slow in time: it is rolled back",
    { kind: "question-expired", trigger: "slow", otherwise: "rollback" },
  ],
  [
    "warning",
    "Budget passed: rollback: decide takes longer than 5 min",
    { kind: "budget-passed", budget: "rollback.decide", budgetMs: 300_000 },
  ],
  ["warning", "Notifying failed: 500", { kind: "notify-failed", detail: "500" }],
  [
    "critical",
    "The traffic could not be switched back: exit 7",
    { kind: "rollback-failed", scope: "switch", ...once },
  ],
  ["critical", "The service is not back: exit 7", { kind: "rollback-failed", scope: "service", ...once }],
  [
    "critical",
    "A response to the trigger could not be carried out: exit 7",
    { kind: "rollback-failed", scope: "respond", ...once },
  ],
  [
    "critical",
    "What the preparation restricted could not be given back: exit 7",
    { kind: "rollback-failed", scope: "prepare", ...once },
  ],
  [
    "info",
    "Rollback tried again by octocat, who vouches for what was repaired by hand: it is verified only",
    { kind: "rollback-retried", by: "octocat", repaired: true },
  ],
];
