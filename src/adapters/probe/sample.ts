import type { Measurement } from "../../rollout/event-parts.ts";
import { ADDRESS_REFUSED } from "./guarded-lookup.ts";

/** A measurement before it is said whose it is. */
export type Sample = Pick<Measurement, "verdict" | "value" | "detail">;
export type Limits = Readonly<{ below: number | null; above: number | null }>;

export function unknown(detail: string): Sample {
  return { verdict: "unknown", value: null, detail };
}

export function unhealthy(detail: string, value: number | null = null): Sample {
  return { verdict: "unhealthy", value, detail };
}

/** Compares a measured value with its limits, which are exclusive. */
export function judgeValue(value: number, limits: Limits, detail: string): Sample {
  const { below, above } = limits;
  if (below !== null && !(value < below)) return unhealthy(`${detail}, which is not below ${below}`, value);
  if (above !== null && !(value > above)) return unhealthy(`${detail}, which is not above ${above}`, value);
  return { verdict: "healthy", value, detail };
}

/** Limits of this machine: they say nothing about the target. */
const OURS = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EADDRNOTAVAIL"]);

/** What a failed connection says about the target. Codes only: a message may carry foreign text. */
export function judgeFailure(error: NodeJS.ErrnoException): Sample {
  const code = error.code ?? "no answer";
  if (code === ADDRESS_REFUSED) return unknown(error.message);
  if (error.syscall === "getaddrinfo") return unknown(`the name could not be looked up (${code})`);
  if (OURS.has(code)) return unknown(`no connection could be made from here (${code})`);
  if (code === "ECONNREFUSED") return unhealthy("connection refused");
  return unhealthy(`no proper answer (${code})`);
}
