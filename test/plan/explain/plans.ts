import type { Change } from "../../../src/plan/change.ts";
import { listGroupSources } from "../../../src/plan/explain/groups.ts";
import { expandHosts } from "../../../src/plan/hosts.ts";
import { parsePlan } from "../../../src/plan/parse.ts";
import { resolvePlan } from "../../../src/plan/resolve-plan.ts";
import type { PlanDocument } from "../../../src/plan/schema/plan.ts";

/** Ten targets in batches of 1, 3, 3 and 3, three at a time. */
export const PLAN = `
change-plan: 1
change: { id: CHG-7, title: Checkout 4.2.0, type: normal, risk: low }
targets:
  hosts: [{ name: "web-[01:10]" }]
  version: cat VERSION
strategy:
  rolling: { batches: [1, 30%], parallel: 3, bake: 2m }
apply:
  before:
    - { name: Schema, run: ./migrate up, undo: ./migrate down, timeout: 10m }
  each:
    - { name: Install, run: ./install, undo: ./install old, timeout: 5m, retries: 1 }
    - { name: Look, run: ./look, read-only: true, timeout: 1m }
  after:
    - { name: Cache, run: ./warm, undo: ./cold, timeout: 1m }
health:
  every: 5s
  pass: 3
  stable: 30s
  deadline: 4m
  checks: [{ name: alive, tcp: { host: "{host}", port: 80 } }]
rollback: { parallel: 2 }
`;

export const SCHEDULE = `
schedule:
  timezone: Asia/Seoul
  windows: [{ from: 2026-11-27T18:00, to: 2026-11-29T12:00 }]
  budgets: { apply: 30m, verify: 1h }
`;

/** Two groups of three, of which the idle one is changed, switched to and watched. */
export const BLUE_GREEN = `
change-plan: 1
change: { id: CHG-8, title: Checkout 4.2.0, type: normal, risk: low }
targets:
  groups:
    green: { hosts: [{ name: "green-[1:3]" }] }
    blue: { hosts: [{ name: "blue-[1:3]" }] }
strategy:
  blue-green:
    active: ./lb active
    switch: { name: Swing, run: ./lb swing, undo: ./lb back, timeout: 30s }
    keep: 1d
    bake: 10m
    parallel: 2
apply:
  before:
    - { name: Schema, run: ./migrate up, undo: ./migrate down, timeout: 10m }
  each:
    - { name: Install, run: ./install, undo: ./install old, timeout: 5m }
  after:
    - { name: Cache, run: ./warm, undo: ./cold, timeout: 1m }
health:
  stable: 30s
  deadline: 4m
  checks: [{ name: alive, tcp: { host: "{host}", port: 80 } }]
rollback: { parallel: 34% }
`;

export const BIG_BANG = `
change-plan: 1
change: { id: CHG-9, title: ERP 12, type: normal, risk: high }
targets:
  hosts: [{ name: "app-[1:3]" }]
backups:
  - name: ledger
    run: ./dump
    verify: ./list
    keep: ./copy
    fetch: ./fetch
    restore: ./restore
    timeout: 20m
prepare:
  - { name: Maintenance page, run: ./page on, finally: ./page off, timeout: 1m }
strategy: { big-bang: { max-failures: 1 } }
apply:
  each:
    - { name: Upgrade, run: ./upgrade, undo: ./downgrade, timeout: 30m }
  after:
    - { name: Migrate, run: ./migrate, irreversible: true, timeout: 1h }
health:
  checks: [{ name: alive, tcp: { host: "{host}", port: 80 } }]
triggers:
  - { name: data loss, severity: critical, when: { check: alive, for: 15m }, restore: [ledger] }
verify:
  - { name: Log in, run: ./smoke }
`;

/** The plan and its change, as if this version of the engine carried out all of it. */
export function load(text: string): { plan: PlanDocument; change: Change } {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { plan } = parsed;
  const groups = listGroupSources(plan).map(([, source]) => source);
  const entries = (groups.length > 0 ? groups : [plan.targets]).flatMap(({ hosts }) => hosts ?? []);
  const hosts = expandHosts(entries);
  if (!hosts.ok) throw new Error(JSON.stringify(hosts.problems));
  const change = resolvePlan(plan, {
    targets: hosts.targets,
    version: "4.2.0",
    environment: "production",
    digest: "d".repeat(64),
  });
  return { plan, change };
}
