import type {
  Backup,
  Change,
  Check,
  PlacedCheck,
  ScheduleRules,
  Step,
  Trigger,
} from "../../src/plan/change.ts";
import type { Random } from "../../src/rehearsal/random.ts";
import { aChange, aStep } from "../fakes/change.ts";
import { randomRollout } from "./random-rollout.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** A change such as plans come to: any strategy, 1 to 200 targets, with every kind of section now and then. */
export function randomChange(random: Random, startMs: number): Change {
  const { rollout, names } = randomRollout(random);
  const backups = randomBackups(random);
  const schedule = random.chance(0.3) ? randomSchedule(random, rollout, startMs) : null;
  // Who waits for a window for hours is not asked every second.
  const health = randomHealth(random, schedule === null ? [1, 2, 5] : [5, 30]);
  const base = aChange({
    rollout,
    apply: randomApply(random, backups.length > 0),
    health,
    rollbackParallel: random.between(1, 8),
  });
  return {
    ...base,
    targets: names.map((name) => ({ name, host: name, zone: null })),
    type: random.chance(0.1) ? "emergency" : "normal",
    ssh: random.chance(0.6) ? { user: "deploy", keyEnv: "KEY", knownHosts: "known_hosts", port: 22 } : null,
    versionCommand: random.chance(0.85) ? "cat VERSION" : null,
    needsApproval: random.chance(0.3),
    requires: random.chance(0.2) ? [{ environment: "staging", withinMs: 24 * HOUR }] : [],
    team: { ...base.team, contacts: random.chance(0.2) ? [contact(random)] : [] },
    preflight: { checks: random.chance(0.25) ? [placed(random, "Disk space")] : [], attestations: [] },
    verify: random.chance(0.25) ? [placed(random, "Log in"), placed(random, "Throughput")] : [],
    notify: { beforeMs: random.chance(0.2) ? 5 * MINUTE : 0, to: [] },
    onWarning: {
      askMs: random.pick([0, MINUTE, 10 * MINUTE]),
      otherwise: random.pick(["rollback", "continue", "hold"]),
    },
    prepare: random.chance(0.35) ? randomPrepare(random) : [],
    backups,
    triggers: randomTriggers(random, { backups, health }),
    schedule,
  };
}

function randomApply(random: Random, hasBackups: boolean): Change["apply"] {
  const install = aStep({
    run: 'install "$CHANGE_VERSION"',
    undo: 'install "$PREVIOUS_VERSION"',
    retries: random.pick([0, 0, 1, 2]),
    timeoutMs: random.pick([20 * SECOND, MINUTE]),
  });
  const convert = aStep({ name: "Convert", run: "convert", undo: null, irreversible: true });
  const drain = aStep({ name: "Drain", run: "drain", undo: "enable", on: "runner" });
  const schema = aStep({ name: "Schema", run: "migrate up", undo: "migrate down", on: "runner" });
  const merge = aStep({ name: "Merge", run: "merge", undo: null, irreversible: true, on: "runner" });
  return {
    before: [...(random.chance(0.3) ? [schema] : []), ...(hasBackups && random.chance(0.15) ? [merge] : [])],
    each: [
      ...(random.chance(0.5) ? [drain] : []),
      install,
      ...(hasBackups && random.chance(0.15) ? [convert] : []),
      ...(random.chance(0.3) ? [aStep({ name: "Look", run: "look", undo: null })] : []),
    ],
    after: random.chance(0.25) ? [aStep({ name: "Warm", run: "warm", undo: "cool", on: "runner" })] : [],
  };
}

function randomPrepare(random: Random): readonly Step[] {
  const banner = aStep({ name: "Banner", run: "banner on", undo: "banner off", on: "runner" });
  const lock = aStep({
    name: "Lock",
    run: "lock",
    undo: "unlock",
    on: "runner",
    retries: random.pick([0, 1]),
  });
  const watch = aStep({ name: "Watch", run: "watch", undo: null, on: "runner" });
  return random.pick([[banner], [banner, lock], [watch, lock]]);
}

function randomBackups(random: Random): readonly Backup[] {
  if (random.chance(0.7)) return [];
  const isKept = random.chance(0.7);
  const database: Backup = {
    name: "database",
    run: "dump",
    verify: random.chance(0.8) ? "check dump" : null,
    keep: isKept ? "keep" : null,
    fetch: isKept ? "fetch" : null,
    restore: random.chance(0.8) ? "restore" : null,
    timeoutMs: 5 * MINUTE,
  };
  const config: Backup = { ...database, name: "config", run: "copy", restore: null };
  return random.chance(0.3) ? [database, config] : [database];
}

function aCheck(name: string, over: Partial<Check> = {}): Check {
  const login = { bearer: null, basic: null };
  const probe = { kind: "prometheus", server: "http://metrics", query: name, ...login } as const;
  return { name, probe, timeoutMs: 500, below: null, above: null, baselineMs: null, ...over };
}

function contact(random: Random): Change["team"]["contacts"][number] {
  return { name: "War room", reach: "#war", test: random.chance(0.8) ? aCheck("ping") : null };
}

function placed(random: Random, name: string): PlacedCheck {
  return { ...aCheck(name), on: random.pick(["targets", "runner"]) };
}

function randomHealth(random: Random, every: readonly number[]): Partial<Change["health"]> {
  const alive = aCheck("alive", { probe: { kind: "tcp", host: "{host}", port: 80 } });
  const cpu = aCheck("cpu", { below: 80 });
  const latency = aCheck("latency", { below: 100, baselineMs: random.pick([null, 10 * SECOND]) });
  const orders = aCheck("orders", { above: 0, probe: { kind: "run", command: "count", on: "runner" } });
  return {
    everyMs: random.pick(every) * SECOND,
    pass: random.between(1, 3),
    stableMs: random.pick([0, 0, 3, 8]) * SECOND,
    deadlineMs: random.pick([30, 60]) * SECOND * (Math.max(...every) > 5 ? 5 : 1),
    checks: random.pick([[], [alive], [alive], [alive, cpu]]),
    service: random.pick([[], [], [latency], [orders], [latency, orders]]),
  };
}

type Sources = Readonly<{ backups: readonly Backup[]; health: Partial<Change["health"]> }>;

function randomTriggers(random: Random, { backups, health }: Sources): readonly Trigger[] {
  const checks = [...(health.checks ?? []), ...(health.service ?? [])];
  const restorable = backups.filter(({ restore }) => restore !== null).map(({ name }) => name);
  return Array.from({ length: random.pick([0, 0, 1, 2, 3]) }, (_, i): Trigger => {
    const isWarning = random.chance(0.4);
    return {
      name: `trigger-${i}`,
      severity: isWarning ? "warning" : "critical",
      when: randomCondition(random, checks),
      restore: !isWarning && random.chance(0.4) ? restorable : [],
      respond: random.chance(0.3)
        ? [aStep({ name: "Isolate", run: "isolate", undo: null, on: "runner", retries: 1 })]
        : [],
      tell: random.chance(0.5) ? ["security"] : [],
    };
  });
}

function randomCondition(random: Random, checks: readonly Check[]): Trigger["when"] {
  if (checks.length === 0 || random.chance(0.2)) return { kind: "issues", label: "incident", moreThan: 2 };
  const check = random.pick(checks);
  const forMs = random.pick([0, 5 * SECOND, 30 * SECOND]);
  const isWorse = check.baselineMs !== null && random.chance(0.6);
  const above = !isWorse && check.below !== null ? check.below + 5 : null;
  const share = random.pick([null, null, 50]);
  return { kind: "check", check: check.name, above, below: null, worseBy: isWorse ? 50 : null, forMs, share };
}

function randomSchedule(random: Random, rollout: Change["rollout"], startMs: number): ScheduleRules {
  const openForMs = random.pick([10 * MINUTE, 40 * MINUTE, 2 * HOUR, 8 * HOUR]);
  const fromMs = startMs + random.pick([-HOUR, -10 * MINUTE, 5 * MINUTE, 3 * HOUR]);
  const local = (ms: number) => new Date(ms).toISOString().slice(0, 19);
  const days = [1, 2, 3, 4, 5, 6, 7] as const;
  const hour = (ms: number) => new Date(ms).toISOString().slice(11, 16);
  const sizes = rollout.batches.map((batch) => batch.length);
  return {
    timezone: "UTC",
    windows: [
      { kind: "absolute", from: local(fromMs), to: local(fromMs + openForMs) },
      { kind: "weekly", days: [...days], from: hour(fromMs), to: hour(fromMs + openForMs) },
    ],
    freezes: random.chance(0.2)
      ? [{ from: local(startMs + HOUR), to: local(startMs + 2 * HOUR), reason: null }]
      : [],
    outside: random.pick(["fail", "wait"]),
    waitLimitMs: random.pick([10 * MINUTE, 30 * HOUR]),
    atEnd: random.pick(["hold", "rollback"]),
    budgets: { apply: random.pick([MINUTE, 6 * HOUR]), verify: HOUR, prepare: 10 * SECOND, backup: MINUTE },
    rollbackWorstMs: random.pick([MINUTE, 4 * MINUTE]),
    batchWorstMs: Object.fromEntries(sizes.map((size) => [String(size), random.pick([MINUTE, 5 * MINUTE])])),
  };
}
