import http from "node:http";
import https from "node:https";
import { isIP } from "node:net";
import type { Probe } from "../../plan/change.ts";
import { guardedLookup, isRefused, refusal } from "./guarded-lookup.ts";
import { judgeFailure, judgeValue, type Limits, type Sample, unhealthy, unknown } from "./sample.ts";

const BODY_BYTES_MAX = 65_536;
const HEADER_BYTES_MAX = 16_384;

export type HttpProbe = Extract<Probe, { kind: "http" }>;
type Answer = Readonly<{ status: number; body: Buffer; ms: number }>;

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
    return judgeAnswer(await get(url, stop), probe);
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

function get(url: URL, stop: AbortSignal): Promise<Answer> {
  const startedMs = performance.now();
  const literal = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && isRefused(literal)) return Promise.reject(refusal(literal));
  const options = {
    // A connection per sample: one that is kept would go on to the process that a deployment replaced.
    agent: false,
    lookup: guardedLookup,
    signal: stop,
    maxHeaderSize: HEADER_BYTES_MAX,
    headers: { "user-agent": "change-deploy", accept: "*/*", "accept-encoding": "identity" },
  };
  return new Promise((resolve, reject) => {
    const answer = (response: http.IncomingMessage, body: Buffer) => {
      const ms = Math.round(performance.now() - startedMs);
      resolve({ status: response.statusCode ?? 0, body, ms });
    };
    const request = (url.protocol === "https:" ? https : http).get(url, options, (response) => {
      readBody(response).then((body) => answer(response, body), reject);
    });
    // Unless somebody listens, an upgrade that nobody asked for ends without any event at all.
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      answer(response, Buffer.alloc(0));
    });
    request.on("error", reject);
  });
}

/** Everything, or what fits: the rest of a longer body is never fetched. */
async function readBody(response: http.IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes >= BODY_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_BYTES_MAX);
}
