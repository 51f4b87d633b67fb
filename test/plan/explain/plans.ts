import type { Change } from "../../../src/plan/change.ts";
import { expandHosts } from "../../../src/plan/hosts.ts";
import { parsePlan } from "../../../src/plan/parse.ts";
import { resolveChange } from "../../../src/plan/resolve.ts";
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

/** The plan and its change, as if this version of the engine carried out all of it. */
export function load(text: string): { plan: PlanDocument; change: Change } {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { plan } = parsed;
  const hosts = expandHosts(plan.targets.hosts ?? []);
  if (!hosts.ok) throw new Error(JSON.stringify(hosts.problems));
  const lists = {
    requires: [],
    approvals: [],
    preflight: [],
    backups: [],
    prepare: [],
    triggers: [],
    verify: [],
  };
  const carriedOut = { ...plan, ...lists, schedule: undefined, notify: undefined };
  const inputs = {
    targets: hosts.targets,
    version: "4.2.0",
    environment: "production",
    digest: "d".repeat(64),
  };
  const resolved = resolveChange(carriedOut, inputs);
  if (!resolved.ok) throw new Error(JSON.stringify(resolved.issues));
  return { plan, change: resolved.change };
}
