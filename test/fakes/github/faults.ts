/** One way in which GitHub, or the way to it, fails; `on` names the operation, as in `GET /repos/{owner}/{repo}`. */
export type Fault = Readonly<{ on: string; times: number; failure: Failure }>;

/** Answered instead of doing anything. */
export type Refusal = Readonly<{
  kind: "refuse";
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: unknown;
}>;

export type Failure =
  | Refusal
  /** Done, and then answered with an error all the same. */
  | Readonly<{ kind: "do-then-fail"; status: number }>
  | Readonly<{ kind: "cut-before" }>
  | Readonly<{ kind: "cut-after" }>
  /** Done, but the answer never comes. */
  | Readonly<{ kind: "hang-after" }>
  | Readonly<{ kind: "slow-body"; ms: number }>
  /** Done, and answered by some proxy's page instead of JSON. */
  | Readonly<{ kind: "wrong-type" }>
  /** Done, and answered with JSON of another shape. */
  | Readonly<{ kind: "wrong-shape" }>
  /** Reads do not show what was written after the fault was injected. */
  | Readonly<{ kind: "stale" }>;

export const rateLimit: Refusal = {
  kind: "refuse",
  status: 403,
  headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "0" },
  body: {
    message: "API rate limit exceeded for installation ID 1.",
    documentation_url: "https://docs.github.com/rest",
  },
};

/** In seconds since the epoch, ten hours away: far longer than anybody should wait. */
export function longRateLimit(): Refusal & { resetIso: string } {
  const reset = Math.ceil(Date.now() / 1_000) + 36_000;
  const headers = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) };
  return { ...rateLimit, headers, resetIso: new Date(reset * 1_000).toISOString() };
}

export const secondaryLimit: Refusal = {
  kind: "refuse",
  status: 429,
  headers: { "retry-after": "1" },
  body: {
    message: "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
    documentation_url: "https://docs.github.com/rest",
  },
};

type Armed = { fault: Fault; left: number; since: number };

/** The failures that are still to come, in the order in which they were asked for. */
export class Faults {
  readonly #armed: Armed[] = [];

  inject(fault: Fault, revision: number): void {
    this.#armed.push({ fault, left: fault.times, since: revision });
  }

  /** From now on everything works. */
  clear(): void {
    this.#armed.length = 0;
  }

  /** The next failure for an operation, and the revision of the world when it was injected. */
  take(operation: string): { failure: Failure; since: number } | null {
    const next = this.#armed.find((armed) => armed.fault.on === operation && armed.left > 0);
    if (next === undefined) return null;
    next.left -= 1;
    return { failure: next.fault.failure, since: next.since };
  }
}
