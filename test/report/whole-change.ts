import type { Change, Check, PlacedCheck } from "../../src/plan/change.ts";
import { makeChange, makeStep } from "./changes.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

function command(name: string, more: Partial<Check> = {}): Check {
  const probe = { kind: "run", command: `./ops/${name}`, on: "runner" } as const;
  return { name, probe, timeoutMs: 5_000, below: null, above: null, baselineMs: null, ...more };
}

function placed(name: string, more: Partial<PlacedCheck> = {}): PlacedCheck {
  return { ...command(name), on: "runner", ...more };
}

/** A change that uses every part of a plan; batches of one and two. */
export function wholeChange(more: Partial<Change> = {}): Change {
  const base = makeChange([1, 2]);
  return {
    ...base,
    needsApproval: true,
    team: {
      manager: ["octocat"],
      engineers: ["@acme/platform"],
      quality: ["@acme/qa"],
      security: ["@acme/security"],
      contacts: [
        { name: "On-call phone", reach: "+82 2 555 0100", test: null },
        { name: "War room", reach: "#war-room", test: command("ping") },
      ],
    },
    schedule: {
      timezone: "UTC",
      windows: [],
      freezes: [],
      outside: "wait",
      waitLimitMs: 2 * HOUR,
      atEnd: "hold",
      budgets: { prepare: 4 * HOUR, backup: 2 * HOUR, apply: 10 * MINUTE, verify: 3 * HOUR, resume: HOUR },
      rollbackWorstMs: HOUR,
      batchWorstMs: {},
    },
    requires: [{ environment: "staging", withinMs: 7 * 24 * HOUR }],
    preflight: {
      checks: [placed("Disk space", { on: "targets" }), placed("Cluster")],
      attestations: [{ name: "Rollback rehearsed in staging", role: "quality" }],
    },
    backups: [
      {
        name: "database",
        run: 'pg_dump --file "$BACKUP_FILE"',
        verify: 'pg_restore --list "$BACKUP_FILE"',
        keep: 'aws s3 cp "$BACKUP_FILE" s3://backups/',
        fetch: 'aws s3 cp s3://backups/ "$BACKUP_FILE"',
        restore: 'pg_restore --clean "$BACKUP_FILE"',
        timeoutMs: HOUR,
      },
    ],
    prepare: [makeStep("Banner", "./ops/banner on", { undo: "./ops/banner off", on: "runner" })],
    health: {
      ...base.health,
      service: [command("orders", { above: 0 }), command("latency", { below: 100, baselineMs: 10 * MINUTE })],
    },
    triggers: triggers(),
    verify: [placed("Log in"), placed("Throughput", { above: 500 })],
    notify: { beforeMs: 30 * MINUTE, to: [{ env: "SLACK_WEBHOOK", format: "slack" }] },
    ...more,
  };
}

function triggers(): Change["triggers"] {
  const when = (check: string, over: object = {}) =>
    ({
      kind: "check",
      check,
      above: null,
      below: null,
      worseBy: null,
      forMs: 0,
      share: null,
      ...over,
    }) as const;
  const nothing = { restore: [], respond: [], tell: [] };
  return [
    { ...nothing, name: "data loss", severity: "critical", when: when("orders"), restore: ["database"] },
    {
      ...nothing,
      name: "slow",
      severity: "warning",
      when: when("latency", { worseBy: 50, forMs: 5 * MINUTE }),
      tell: ["engineers"],
    },
    {
      ...nothing,
      name: "breach",
      severity: "critical",
      when: when("intrusion"),
      respond: [makeStep("Isolate", "./ops/isolate", { on: "runner" })],
      tell: ["security"],
    },
    {
      ...nothing,
      name: "complaints",
      severity: "warning",
      when: { kind: "issues", label: "incident", moreThan: 5 },
    },
  ];
}

/** Blue is live and stays as it is; green is changed. */
export function blueGreenChange(): Change {
  const base = wholeChange();
  const blue = ["blue-01", "blue-02"];
  const green = ["green-01", "green-02"];
  const target = (name: string) => ({ name, host: `${name}.example.com`, zone: null });
  return {
    ...base,
    targets: [...blue, ...green].map(target),
    backups: [],
    prepare: [],
    rollout: {
      ...base.rollout,
      strategy: "blue-green",
      batches: [blue],
      blueGreen: {
        active: "./ops/lb active",
        groups: [
          { name: "blue", targets: blue },
          { name: "green", targets: green },
        ],
        switch: makeStep("Switch", "./ops/lb switch", { undo: "./ops/lb switch-back", on: "runner" }),
        keepMs: 24 * HOUR,
      },
    },
  };
}
