import { randomUUID } from "node:crypto";
import { Octokit } from "@octokit/core";
import { retry } from "@octokit/plugin-retry";
import { throttling } from "@octokit/plugin-throttling";
import { proxyFetch } from "./proxy-fetch.ts";

/** `request` and nothing else, so that what stands behind it can be replaced by something smaller. */
export type GitHubClient = Pick<Octokit, "request">;

export type ClientOptions = Readonly<{
  token: string;
  /** GITHUB_API_URL: another host on GitHub Enterprise Server. */
  apiUrl: string;
  /** One request, its body included, may take this long. */
  requestTimeoutMs?: number;
  /** What GitHub calls a second in its waits; tests shorten it. */
  secondMs?: number;
}>;

/** What a call may add under `request`, next to octokit's own `signal` and `retries`. */
export type CallLimits = Readonly<{
  signal: AbortSignal;
  /** By `performance.now()`: no wait for a rate limit goes past it. */
  deadlineMs: number;
}>;

type Plugin = (octokit: Octokit) => object;
type RateLimited = { request?: { signal?: AbortSignal; deadlineMs?: number } };

const API_VERSION = "2022-11-28";
const REQUEST_TIMEOUT_MS = 15_000;
const LIMIT_WAITS_MAX = 2;
/** For calls without a deadline of their own. */
const LIMIT_WAIT_MS_MAX = 60_000;

/** Octokit as we want it: pinned, bounded in time, patient with rate limits, and careful with repeats. */
export function githubClient(options: ClientOptions): GitHubClient {
  const { token, apiUrl, requestTimeoutMs = REQUEST_TIMEOUT_MS, secondMs = 1_000 } = options;
  const mayWait = (seconds: number, { request }: RateLimited, ...[, waits]: [unknown, number]) => {
    const untilMs = performance.now() + seconds * secondMs;
    const limitMs = request?.deadlineMs ?? performance.now() + LIMIT_WAIT_MS_MAX;
    return waits < LIMIT_WAITS_MAX && untilMs < limitMs;
  };
  // The first plugin is the innermost: its time limit is for one try.
  const Client = Octokit.plugin(boundedRequests(requestTimeoutMs), retry, throttling);
  const octokit = new Client({
    auth: token,
    baseUrl: apiUrl,
    userAgent: "change-deploy",
    request: { fetch: proxyFetch(apiUrl) },
    // The plugins share their queues by this id: one client must not slow another down.
    throttle: {
      id: randomUUID(),
      retryAfterBaseValue: secondMs,
      onRateLimit: mayWait,
      onSecondaryRateLimit: mayWait,
    },
    // 429 is the throttling plugin's: it reads how long to wait.
    retry: { retryAfterBaseValue: secondMs, doNotRetry: [400, 401, 403, 404, 410, 422, 429, 451] },
  });
  octokit.hook.before("request", (call) => {
    call.headers["x-github-api-version"] = API_VERSION;
  });
  return octokit;
}

function boundedRequests(timeoutMs: number): Plugin {
  return (octokit) => {
    octokit.hook.wrap("request", async (request, options) => {
      const call: { signal?: AbortSignal | undefined } = options.request;
      const outer = call.signal;
      const limit = AbortSignal.timeout(timeoutMs);
      // Octokit's inner hooks look at the object that they were given first, so it is changed and put back.
      call.signal = outer === undefined ? limit : AbortSignal.any([outer, limit]);
      try {
        const response = await request(options);
        if (!isJson(response)) throw unreadable(options);
        return response;
      } catch (error) {
        throw markLimit(error);
      } finally {
        call.signal = outer;
      }
    });
    return {};
  };
}

/** Octokit hands over what it could not parse as text: a body that was cut short, or some proxy's page. */
function isJson({ status, data }: { status: number; data: unknown }): boolean {
  return status === 204 || (typeof data === "object" && !(data instanceof ArrayBuffer));
}

/** Shaped as octokit's own errors are, so that the retry plugin treats it like a server's failure. */
function unreadable(request: object): Error {
  const message = "the answer was not JSON: cut short, or not GitHub's";
  return Object.assign(new Error(message), { status: 502, request });
}

/** The throttling plugin knows a secondary limit by these words, which not every 429 has. */
function markLimit(error: unknown): unknown {
  const is429 = error instanceof Error && "status" in error && error.status === 429;
  if (is429 && !/\bsecondary rate\b/i.test(error.message)) error.message += " (a secondary rate limit)";
  return error;
}
