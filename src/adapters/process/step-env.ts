/**
 * What belongs to our own process alone: our inputs, the files and tokens through which a process
 * speaks to the runner. Tokens for OIDC stay: a step may have to sign in somewhere.
 */
const OURS = new Set([
  "GITHUB_OUTPUT",
  "GITHUB_ENV",
  "GITHUB_PATH",
  "GITHUB_STATE",
  "GITHUB_STEP_SUMMARY",
  "ACTIONS_RESULTS_URL",
  "NODE_OPTIONS",
]);
const OUR_PREFIXES = ["INPUT_", "ACTIONS_RUNTIME_", "ACTIONS_CACHE_"];

/** The environment that every step starts from. */
export function stepEnv(env: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || OURS.has(name)) continue;
    if (OUR_PREFIXES.some((prefix) => name.startsWith(prefix))) continue;
    kept[name] = value;
  }
  return kept;
}
