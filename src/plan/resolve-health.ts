import { PROBE_TIMEOUT_MS } from "../rollout/limits.ts";
import type { Check, HealthRules, Probe } from "./change.ts";
import type { HealthCheck } from "./schema/health.ts";
import type { PlanDocument } from "./schema/plan.ts";
import type { Limit } from "./schema/probe.ts";

const STABLE_MS = 30_000;

/** For health that has so little time, half of it: a default must not fail every target. */
export function stableMsOf({ stable, deadline }: PlanDocument["health"]): number {
  return stable ?? Math.min(STABLE_MS, Math.floor(deadline / 2));
}

export function resolveHealth({ health }: PlanDocument): HealthRules {
  return {
    everyMs: health.every,
    pass: health.pass,
    stableMs: stableMsOf(health),
    deadlineMs: health.deadline,
    checks: health.checks.map((check) => resolveCheck(check, health.deadline)),
  };
}

function resolveCheck(check: HealthCheck, deadlineMs: number): Check {
  return {
    name: check.name,
    probe: resolveProbe(check),
    timeoutMs: check.timeout ?? Math.min(PROBE_TIMEOUT_MS, deadlineMs),
    below: resolveLimit(check.below),
    above: resolveLimit(check.above),
  };
}

/** For no probe at all, which a valid plan has not: should it ever run, nothing is healthy. */
const NONE: Probe = { kind: "run", command: "exit 1", on: "runner" };

function resolveProbe({ http, tcp, run, on, prometheus }: HealthCheck): Probe {
  if (http !== undefined) {
    return { kind: "http", url: http.url, status: http.status, bodyContains: http.contains ?? null };
  }
  if (tcp !== undefined) return { kind: "tcp", host: tcp.host, port: tcp.port };
  if (run !== undefined) return { kind: "run", command: run, on: on ?? "targets" };
  if (prometheus === undefined) return NONE;
  const { server, query, bearer, basic } = prometheus;
  return { kind: "prometheus", server, query, bearer: bearer ?? null, basic: basic ?? null };
}

function resolveLimit(limit: Limit | undefined): number | null {
  if (limit === undefined) return null;
  return "ms" in limit ? limit.ms : limit.value;
}
