const HOUR_MS = 3_600_000;
/** A job's own token ends with the job on GitHub's runners; on others it ends before the job may. */
const LIFE_MS = { "github-hosted": 6 * HOUR_MS, "self-hosted": 24 * HOUR_MS } as const;
/** Enough for a rollback of some size, and its report. */
const WARNED_MS = HOUR_MS;

/**
 * How long after its start a job should be told that its own token ends an hour later; null for a runner of an
 * unknown kind (RUNNER_ENVIRONMENT).
 */
export function warnOfTokenAfterMs(runner: string | undefined): number | null {
  if (runner !== "github-hosted" && runner !== "self-hosted") return null;
  return LIFE_MS[runner] - WARNED_MS;
}
