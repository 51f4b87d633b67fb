import type { CallLimits, GitHubClient } from "./client.ts";
import { isApiFailure } from "./explain-error.ts";
import { type Repository, UnreadableAnswer } from "./issue-api.ts";

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

type Parameters = Readonly<Record<string, string | number>>;

export type ReadApi = Readonly<{
  one(route: string, parameters?: Parameters): Promise<Fields>;
  /** null where GitHub answers 404: there is none, or the token may not see it. */
  maybe(route: string, parameters?: Parameters): Promise<Fields | null>;
  /** The whole list, or an error: half of a list would prove things that are not so. */
  all(route: string, parameters?: Parameters, key?: string): Promise<readonly Fields[]>;
  /** A list that GitHub gives in one piece. */
  whole(route: string, parameters?: Parameters): Promise<readonly Fields[]>;
  /** Page by page, until `isEnough` says so. */
  until(
    route: string,
    parameters: Parameters,
    isEnough: (entries: readonly Fields[]) => boolean,
  ): Promise<readonly Fields[]>;
}>;

const PAGE_SIZE = 100;
const PAGES_MAX = 30;

/** Reads about a repository, with every answer checked for being what was asked for. */
export function readApi(client: GitHubClient, repository: Repository, limits: CallLimits): ReadApi {
  const ask = async (route: string, parameters: Parameters): Promise<unknown> => {
    const answer = await client.request(`GET ${route}`, {
      // Octokit sends what a path has no place for as a query.
      ...(route.startsWith("/repos/") && repository),
      ...parameters,
      request: { ...limits },
    });
    return answer.data;
  };
  const one: ReadApi["one"] = async (route, parameters = {}) => asFields(await ask(route, parameters), route);
  const pages = async (
    route: string,
    parameters: Parameters,
    { key, isEnough }: { key?: string; isEnough?: (entries: readonly Fields[]) => boolean },
  ): Promise<readonly Fields[]> => {
    const found: Fields[] = [];
    for (let page = 1; page <= PAGES_MAX; page++) {
      const data = await ask(route, { per_page: PAGE_SIZE, ...parameters, page });
      const entries = asList(key === undefined ? data : asFields(data, route)[key], route);
      found.push(...entries);
      if (entries.length < PAGE_SIZE || isEnough?.(found) === true) return found;
    }
    throw new UnreadableAnswer(
      `short enough to read: ${route} has more than ${PAGES_MAX * PAGE_SIZE} entries`,
    );
  };
  return {
    one,
    async maybe(route, parameters = {}) {
      try {
        return await one(route, parameters);
      } catch (error) {
        if (isApiFailure(error) && error.status === 404) return null;
        throw error;
      }
    },
    all: (route, parameters = {}, key) => pages(route, parameters, key === undefined ? {} : { key }),
    whole: async (route, parameters = {}) => asList(await ask(route, parameters), route),
    until: (route, parameters, isEnough) => pages(route, parameters, { isEnough }),
  };
}

function asFields(value: unknown, route: string): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UnreadableAnswer(`what ${route} gives`);
  }
  return value as Fields;
}

function asList(value: unknown, route: string): readonly Fields[] {
  if (!Array.isArray(value)) throw new UnreadableAnswer(`a list, as ${route} gives`);
  return value.map((entry) => asFields(entry, route));
}

/** An object inside of an answer; an empty one where there is none. */
export function inner(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

export function innerList(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(inner) : [];
}

export function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

/** null for an account that is gone, or that GitHub does not know. */
export function loginOf(user: unknown): string | null {
  return textOf(inner(user).login);
}

export function needText(value: unknown, what: string): string {
  const text = textOf(value);
  if (text === null) throw new UnreadableAnswer(what);
  return text;
}
