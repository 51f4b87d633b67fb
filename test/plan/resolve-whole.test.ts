import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Change } from "../../src/plan/change.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { listPlanTargets } from "../../src/plan/plan-targets.ts";
import { resolvePlan } from "../../src/plan/resolve-plan.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const ONCE = { undo: null, on: "runner", timeoutMs: 10 * MINUTE, retries: 0, irreversible: false };
const PLAIN = { timeoutMs: 5_000, below: null, above: null, baselineMs: null };

function resolve(text: string): Change {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const targets = listPlanTargets(parsed.plan) ?? [];
  return resolvePlan(parsed.plan, { targets, version: "2.0", environment: "production", digest: "d" });
}

const fixture = (name: string) => readFileSync(`test/fixtures/plans/valid/${name}.yml`, "utf8");
const change = resolve(fixture("whole-language"));

const NO_LOGIN = { bearer: null, basic: null };

describe("the plan of the whole language", () => {
  it("says how its targets are reached", () => {
    expect(change.ssh).toEqual({
      user: "deploy",
      keyEnv: "SSH_KEY",
      knownHosts: "inventory/known_hosts",
      port: 22,
    });
  });

  it("says who may do what, and how they are reached", () => {
    const ping = { kind: "http", url: "https://chat.example.com/ping", status: 200, bodyContains: null };
    expect(change.team).toEqual({
      manager: ["octocat"],
      engineers: ["@org/platform"],
      quality: ["@org/qa"],
      security: ["@org/security"],
      contacts: [
        { name: "On-call phone", reach: "+82 2 555 0100", test: null },
        { name: "War room", reach: "#war-room", test: { ...PLAIN, name: "War room", probe: ping } },
      ],
    });
  });

  it("says when it may run", () => {
    expect(change.schedule).toMatchObject({
      timezone: "Asia/Seoul",
      windows: [
        { kind: "absolute", from: "2026-11-27T18:00", to: "2026-11-29T12:00" },
        { kind: "weekly", days: [6, 7], from: "22:00", to: "05:00" },
      ],
      freezes: [{ from: "2026-12-20T00:00", to: "2027-01-04T00:00", reason: "Year-end close" }],
      outside: "fail",
      waitLimitMs: 2 * HOUR,
      atEnd: "hold",
      budgets: { prepare: 4 * HOUR, backup: 2 * HOUR, apply: 6 * HOUR, verify: 3 * HOUR, resume: HOUR },
    });
  });

  it("says what must have happened before, and who has to agree", () => {
    expect(change.requires).toEqual([{ environment: "staging", withinMs: 168 * HOUR }]);
    expect(change.needsApproval).toBe(true);
    const command = `test "$(df --output=pcent / | tail -1 | tr -dc 0-9)" -lt 80`;
    const probe = { kind: "run", command, on: "targets" };
    expect(change.preflight).toEqual({
      checks: [{ ...PLAIN, name: "Disk space", probe, on: "targets" }],
      attestations: [{ name: "Rollback rehearsed in staging", role: "quality" }],
    });
  });

  it("says what is backed up and prepared", () => {
    expect(change.backups).toEqual([
      {
        name: "database",
        run: 'pg_dump --format=custom --file "$BACKUP_FILE" checkout',
        verify: 'pg_restore --list "$BACKUP_FILE"',
        keep: 'aws s3 cp "$BACKUP_FILE" "s3://backups/$CHANGE_ID"',
        fetch: 'aws s3 cp "s3://backups/$CHANGE_ID" "$BACKUP_FILE"',
        restore: 'pg_restore --clean --if-exists --dbname checkout "$BACKUP_FILE"',
        timeoutMs: HOUR,
      },
    ]);
    expect(change.prepare).toEqual([
      { ...ONCE, name: "Maintenance banner", run: "./ops/banner on", undo: "./ops/banner off" },
    ]);
  });

  it("asks its targets some things, and the service as a whole others", () => {
    const server = "env:PROMETHEUS_URL";
    const { checks, service } = change.health;
    expect(checks.map(({ name }) => name)).toEqual(["alive", "cpu"]);
    expect(checks[1]).toEqual({
      ...PLAIN,
      name: "cpu",
      probe: { kind: "prometheus", server, query: 'cpu_percent{instance="{name}"}', ...NO_LOGIN },
      below: 80,
    });
    expect(service).toEqual([
      {
        ...PLAIN,
        name: "latency",
        probe: { kind: "prometheus", server, query: "p95_ms", ...NO_LOGIN },
        below: 100,
        baselineMs: 10 * MINUTE,
      },
      {
        ...PLAIN,
        name: "orders",
        probe: { kind: "run", command: "./ops/count-orders", on: "runner" },
        above: 0,
      },
      { ...PLAIN, name: "intrusion", probe: { kind: "run", command: "./ops/scan-alerts", on: "runner" } },
    ]);
  });

  it("says what ends it, and what is done then", () => {
    const usual = { severity: "critical", restore: [], respond: [], tell: [] };
    const when = { kind: "check", above: null, below: null, worseBy: null, forMs: 0, share: null };
    expect(change.triggers).toEqual([
      { ...usual, name: "outage", when: { ...when, check: "alive", forMs: 15 * MINUTE } },
      { ...usual, name: "data loss", when: { ...when, check: "orders" }, restore: ["database"] },
      { ...usual, name: "overload", when: { ...when, check: "cpu", above: 95, forMs: 10 * MINUTE } },
      {
        ...usual,
        name: "slow",
        severity: "warning",
        when: { ...when, check: "latency", worseBy: 50, forMs: 5 * MINUTE },
      },
      {
        ...usual,
        name: "complaints",
        severity: "warning",
        when: { kind: "issues", label: "incident", moreThan: 5 },
      },
      {
        ...usual,
        name: "breach",
        when: { ...when, check: "intrusion" },
        respond: [{ ...ONCE, name: "Isolate", run: "./ops/isolate" }],
        tell: ["security"],
      },
    ]);
    expect(change.onWarning).toEqual({ askMs: 15 * MINUTE, otherwise: "rollback" });
  });

  it("says what is verified, and who hears of it", () => {
    const probe = (command: string) => ({ kind: "run", command, on: "runner" });
    expect(change.verify).toEqual([
      { ...PLAIN, name: "Log in", probe: probe("./ops/smoke login"), on: "runner" },
      { ...PLAIN, name: "Throughput", probe: probe("./ops/bench"), above: 500, on: "runner" },
    ]);
    expect(change.notify).toEqual({ beforeMs: 30 * MINUTE, to: [{ env: "SLACK_WEBHOOK", format: "slack" }] });
  });
});

describe("a plan without these sections", () => {
  it("comes to nobody, nothing and never", () => {
    const { team, schedule, requires, needsApproval, preflight, backups, ...rest } = resolve(fixture("base"));
    expect(team).toEqual({ manager: [], engineers: [], quality: [], security: [], contacts: [] });
    expect([schedule, requires, needsApproval, backups]).toEqual([null, [], false, []]);
    expect(preflight).toEqual({ checks: [], attestations: [] });
    expect([rest.prepare, rest.triggers, rest.verify, rest.ssh]).toEqual([[], [], [], null]);
    expect(rest.onWarning).toEqual({ askMs: 15 * MINUTE, otherwise: "rollback" });
    expect(rest.notify).toEqual({ beforeMs: 0, to: [] });
    expect(rest.health.service).toEqual([]);
  });
});

describe("a trigger's limit on an answer's time", () => {
  it("is in milliseconds, and its share in percent", () => {
    const when = "when: { check: alive, above: 2s, share: 50% }";
    const { triggers } = resolve(
      `${fixture("base")}triggers: [{ name: slow, severity: critical, ${when} }]\n`,
    );
    expect(triggers[0]?.when).toMatchObject({ above: 2_000, share: 50 });
  });
});

describe("what only a person confirms", () => {
  it("needs an approval, whose giver confirms it", () => {
    const asked = "team: { quality: [octocat] }\npreflight: [{ name: Rehearsed, attest: quality }]\n";
    expect(resolve(fixture("base") + asked).needsApproval).toBe(true);
  });
});
