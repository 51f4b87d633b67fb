/**
 * Whether what the tests need is here. On somebody's own machine a line says what is missing, and they are
 * skipped; in CI (CI=true) nothing may be missing.
 */
export function isHere(subject: string, missing: string | null): boolean {
  if (missing === null) return true;
  const line = `${subject}: not tested, this machine lacks ${missing} (scripts/install-e2e installs it)`;
  if (process.env.CI === "true") throw new Error(line);
  process.stdout.write(`${line}\n`);
  return false;
}

/** The first that is missing, or null. */
export const firstMissing = (...missing: readonly (string | null)[]): string | null =>
  missing.find((name) => name !== null) ?? null;
