const HOUR_MS = 3_600_000;
/** A job ends with it on GitHub's own runners; on others it ends before the job does. */
const LIFE_MS = { "github-hosted": 6 * HOUR_MS, "self-hosted": 24 * HOUR_MS } as const;
/** Enough for a rollback of some size, and its report. */
const WARNED_MS = HOUR_MS;

export type TokenExpiry = Readonly<{ expiresMs: number; leftMs: number; soon: boolean }>;

/**
 * When a job's own token stops working. null for a runner of an unknown kind (RUNNER_ENVIRONMENT) and for
 * a token that was given from outside, whose life nobody here knows.
 */
export function foreseeTokenExpiry(
  { issuedMs, runner }: Readonly<{ issuedMs: number; runner: string | undefined }>,
  nowMs: number,
): TokenExpiry | null {
  if (runner !== "github-hosted" && runner !== "self-hosted") return null;
  const expiresMs = issuedMs + LIFE_MS[runner];
  const leftMs = Math.max(expiresMs - nowMs, 0);
  return { expiresMs, leftMs, soon: leftMs <= WARNED_MS };
}
