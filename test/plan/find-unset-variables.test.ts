import { expect, it } from "vitest";
import { findShortSecrets } from "../../src/plan/find-short-secrets.ts";
import { findUnsetVariables } from "../../src/plan/find-unset-variables.ts";
import { parsePlan } from "../../src/plan/parse.ts";

const PLAN = `change-plan: 1
change: { id: CHG-1, title: Checkout }
targets:
  hosts: [{ name: "web-[01:10]" }]
  ssh: { user: deploy, key: env:SSH_KEY, known-hosts: known_hosts }
strategy: { rolling: { batches: [1, 50%], bake: 1m } }
apply: { each: [{ run: ./install, undo: ./remove }] }
preflight:
  - { name: Lag, prometheus: { server: env:METRICS, query: lag }, below: 5 }
  - { name: Open, prometheus: { server: "http://prometheus.example.com", query: lag }, below: 5 }
health:
  checks: [{ name: cpu, prometheus: { server: env:METRICS, query: cpu }, below: 80 }]
verify: [{ name: Load, prometheus: { server: env:METRICS_2, query: load }, below: 5 }]
notify: { to: [{ webhook: env:HOOK, format: slack }] }
`;

function plan() {
  const result = parsePlan(PLAN);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.plan;
}
const findUnset = (set: readonly string[]) => findUnsetVariables(plan(), (name) => set.includes(name));

it("names each reference to a variable that is not set, with its place", () => {
  expect(findUnset([]).map(({ code, path, line, column }) => `${code} ${path} ${line}:${column}`)).toEqual([
    "variable-unset targets.ssh.key 5:29",
    "variable-unset preflight[0].prometheus.server 9:40",
    "variable-unset health.checks[0].prometheus.server 12:47",
    "variable-unset verify[0].prometheus.server 13:46",
    "variable-unset notify.to[0].webhook 14:27",
  ]);
});

it("asks for the name alone, and says which one to set", () => {
  const [only, ...others] = findUnset(["SSH_KEY", "HOOK", "METRICS"]);
  expect(others).toEqual([]);
  expect(only).toMatchObject({ severity: "error", message: expect.stringContaining("METRICS_2") });
  expect(findUnset(["SSH_KEY", "HOOK", "METRICS", "METRICS_2"])).toEqual([]);
});

it("refuses a value that is too short to be hidden, without showing it", () => {
  const values: Record<string, string> = { SSH_KEY: "x9\n", HOOK: "abcd", METRICS: " qz7 ", METRICS_2: "" };
  const found = findShortSecrets(plan(), (name) => values[name]);
  expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual([
    "secret-too-short targets.ssh.key",
    "secret-too-short preflight[0].prometheus.server",
    "secret-too-short health.checks[0].prometheus.server",
  ]);
  expect(JSON.stringify(found)).not.toMatch(/x9|qz7/);
});
