import { ChangeError } from "../errors.ts";
import type { Check, HealthRules, Probe } from "./change.ts";
import type { HealthCheck } from "./schema/health.ts";
import type { PlanDocument } from "./schema/plan.ts";
import type { Limit } from "./schema/probe.ts";

const CHECK_TIMEOUT_MS = 5_000;

export function resolveHealth({ health }: PlanDocument): HealthRules {
  return {
    everyMs: health.every,
    pass: health.pass,
    stableMs: health.stable,
    deadlineMs: health.deadline,
    checks: health.checks.map((check) => resolveCheck(check, health.deadline)),
  };
}

function resolveCheck(check: HealthCheck, deadlineMs: number): Check {
  return {
    name: check.name,
    probe: resolveProbe(check),
    timeoutMs: check.timeout ?? Math.min(CHECK_TIMEOUT_MS, deadlineMs),
    below: resolveLimit(check.below),
    above: resolveLimit(check.above),
  };
}

function resolveProbe({ name, http, tcp, run, on }: HealthCheck): Probe {
  if (http !== undefined) {
    return { kind: "http", url: http.url, status: http.status, bodyContains: http.contains ?? null };
  }
  if (tcp !== undefined) return { kind: "tcp", host: tcp.host, port: tcp.port };
  if (run !== undefined) return { kind: "run", command: run, on: on ?? "targets" };
  throw new ChangeError("PLAN_UNSUPPORTED", `This version has no probe for the check ${name}.`, {
    hint: "Use http, tcp or run.",
  });
}

function resolveLimit(limit: Limit | undefined): number | null {
  if (limit === undefined) return null;
  return "ms" in limit ? limit.ms : limit.value;
}
