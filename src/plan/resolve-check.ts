import type * as z from "zod";
import { PROBE_TIMEOUT_MS } from "../rollout/limits.ts";
import type { Check, Probe } from "./change.ts";
import type { PlanDocument } from "./schema/plan.ts";
import type { Limit, probes } from "./schema/probe.ts";

type Probes = { readonly [K in keyof typeof probes]?: z.output<(typeof probes)[K]> };

/** What every kind of check may have, wherever it stands in the plan. */
type WrittenCheck = Probes &
  Readonly<{
    name: string;
    below?: Limit | undefined;
    above?: Limit | undefined;
    timeout?: number | undefined;
    baseline?: number | undefined;
  }>;

/** `on` is for a command alone: everything else is asked from the runner. */
export function resolveCheck(check: WrittenCheck, on: "targets" | "runner", { health }: PlanDocument): Check {
  return {
    name: check.name,
    probe: resolveProbe(check, on),
    timeoutMs: check.timeout ?? Math.min(PROBE_TIMEOUT_MS, health.deadline),
    below: resolveLimit(check.below),
    above: resolveLimit(check.above),
    baselineMs: check.baseline ?? null,
  };
}

export function resolveLimit(limit: Limit | undefined): number | null {
  if (limit === undefined) return null;
  return "ms" in limit ? limit.ms : limit.value;
}

function resolveProbe({ http, tcp, run, prometheus }: Probes, on: "targets" | "runner"): Probe {
  if (http !== undefined) {
    return { kind: "http", url: http.url, status: http.status, bodyContains: http.contains ?? null };
  }
  if (tcp !== undefined) return { kind: "tcp", host: tcp.host, port: tcp.port };
  if (run !== undefined) return { kind: "run", command: run, on };
  // The schema has seen to it that there is exactly one.
  const { server, query, bearer, basic } = prometheus!;
  return { kind: "prometheus", server, query, bearer: bearer ?? null, basic: basic ?? null };
}
