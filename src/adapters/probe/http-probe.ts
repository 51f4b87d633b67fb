import type { Probe } from "../../plan/change.ts";
import { type Answer, BODY_BYTES_MAX, exchange } from "./exchange.ts";
import { judgeFailure, judgeValue, type Limits, type Sample, unhealthy, unknown } from "./sample.ts";

export type HttpProbe = Extract<Probe, { kind: "http" }>;

/** One GET on one connection of its own; a redirect is an answer like any other. Never rejects. */
export async function sampleHttp(
  address: string,
  probe: HttpProbe & Limits,
  stop: AbortSignal,
): Promise<Sample> {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null) return unknown("the URL is not valid with this target's values");
  if (url.username !== "" || url.password !== "") return unknown("the URL holds credentials");
  try {
    return judgeAnswer(await exchange(url, {}, stop), probe);
  } catch (error) {
    return judgeFailure(error as NodeJS.ErrnoException);
  }
}

function judgeAnswer({ status, body, ms }: Answer, probe: HttpProbe & Limits): Sample {
  if (status !== probe.status) return unhealthy(`HTTP ${status} instead of ${probe.status}`, ms);
  if (probe.bodyContains !== null && !body.includes(probe.bodyContains)) {
    return unhealthy(`HTTP ${status} without the expected text in its first ${BODY_BYTES_MAX} bytes`, ms);
  }
  return judgeValue(ms, probe, `HTTP ${status} in ${ms} ms`);
}
