import { connect, isIP } from "node:net";
import { guardedLookup, isRefused, refusal } from "./guarded-lookup.ts";
import { judgeFailure, judgeValue, type Limits, type Sample } from "./sample.ts";

export type Endpoint = Readonly<{ host: string; port: number }>;

/** Connects, and closes again. Never rejects. */
export async function sampleTcp(endpoint: Endpoint, limits: Limits, stop: AbortSignal): Promise<Sample> {
  try {
    const ms = await connectOnce(endpoint, stop);
    return judgeValue(ms, limits, `connected in ${ms} ms`);
  } catch (error) {
    return judgeFailure(error as NodeJS.ErrnoException);
  }
}

function connectOnce({ host, port }: Endpoint, stop: AbortSignal): Promise<number> {
  const startedMs = performance.now();
  if (isIP(host) !== 0 && isRefused(host)) return Promise.reject(refusal(host));
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, lookup: guardedLookup, signal: stop });
    socket.once("connect", () => {
      socket.destroy();
      resolve(Math.round(performance.now() - startedMs));
    });
    socket.on("error", reject);
  });
}
