import type { CallLimits, GitHubClient } from "./client.ts";
import { isApiFailure } from "./explain-error.ts";

type Parameters = Readonly<Record<string, string | number>>;

/** Reads that cost nothing of the quota as long as nothing has changed. */
export type ConditionalReads = Readonly<{
  get(route: string, parameters: Parameters, limits: CallLimits): Promise<unknown>;
}>;

type Kept = Readonly<{ etag: string; data: unknown }>;

/** Each is at most a page of a list. */
const KEPT_MAX = 30;

/** Remembers the last answers, and asks GitHub for another one only on the condition that it differs. */
export function conditionalReads(client: GitHubClient): ConditionalReads {
  const kept = new Map<string, Kept>();
  const keep = (key: string, answer: Kept) => {
    kept.delete(key);
    kept.set(key, answer);
    const [oldest] = kept.keys();
    if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  };
  return {
    async get(route, parameters, limits) {
      const key = JSON.stringify([route, parameters]);
      const known = kept.get(key);
      const headers = known === undefined ? {} : { "if-none-match": known.etag };
      try {
        const answer = await client.request(`GET ${route}`, {
          ...parameters,
          headers,
          request: { ...limits },
        });
        const { etag } = answer.headers;
        if (typeof etag === "string" && etag !== "") keep(key, { etag, data: answer.data });
        return answer.data;
      } catch (error) {
        // Octokit throws what is no success, and "not modified" is none to it.
        if (known === undefined || !isApiFailure(error) || error.status !== 304) throw error;
        keep(key, known);
        return known.data;
      }
    },
  };
}
