import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { refuseDistrusted } from "../src/compose/refuse-distrusted.ts";
import { PHASES, readInputs } from "../src/inputs.ts";

const folder = mkdtempSync(path.join(tmpdir(), "run-trust-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const RUNNER = {
  GITHUB_REPOSITORY: "octo-org/shop",
  GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
  GITHUB_REF: "refs/heads/main",
  GITHUB_RUN_ID: "42",
  GITHUB_ACTOR: "octocat",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_WORKSPACE: "/workspace",
  INPUT_PLAN: "plan.yml",
  INPUT_ENVIRONMENT: "production",
  INPUT_TOKEN: "t0ken",
};

/** What the runner says of the event; `event` null: it names no file. */
function refusal(eventName: string, event: unknown, phase = "run"): Promise<string | null> {
  const file = path.join(folder, "event.json");
  writeFileSync(file, typeof event === "string" ? event : JSON.stringify(event));
  const env = { ...RUNNER, GITHUB_EVENT_NAME: eventName, INPUT_PHASE: phase };
  const inputs = readInputs(event === null ? env : { ...env, GITHUB_EVENT_PATH: file });
  return refuseDistrusted(inputs).then(
    () => null,
    (error) => `${error.code}: ${error.message}`,
  );
}

const pull = (fullName: string | null) => ({
  pull_request: { head: { repo: fullName === null ? null : { full_name: fullName } } },
});
const followed = (fullName: unknown) => ({ workflow_run: { head_repository: { full_name: fullName } } });

describe("a run for what people with write access have merged or pushed", () => {
  it.each([
    ["push", {}],
    ["workflow_dispatch", null],
    ["schedule", "not even JSON"],
    ["release", {}],
    ["pull_request", pull("octo-org/shop")],
    ["pull_request", pull("Octo-Org/Shop")],
    ["pull_request_review", pull("octo-org/shop")],
    ["workflow_run", followed("octo-org/shop")],
    ["issue_comment", { issue: { number: 7 } }],
  ])("goes ahead on %s: %j", async (eventName, event) => {
    expect(await refusal(eventName, event)).toBeNull();
  });
});

describe("a run for what strangers have written", () => {
  it.each([
    ["pull_request_target", {}],
    ["pull_request_target", pull("octo-org/shop")],
    ["pull_request", pull("stranger/shop")],
    ["pull_request", pull(null)],
    ["pull_request", null],
    ["pull_request", "{ torn"],
    ["pull_request", { pull_request: 1 }],
    [
      "pull_request",
      JSON.parse('{"__proto__": {"pull_request": {"head": {"repo": {"full_name": "octo-org/shop"}}}}}'),
    ],
    ["pull_request_review", pull("stranger/shop")],
    ["pull_request_review_comment", pull("octo-org/shop-2")],
    ["workflow_run", followed("stranger/shop")],
    ["workflow_run", followed(7)],
    ["issue_comment", { issue: { pull_request: {} } }],
    ["issue_comment", {}],
  ])("is refused on %s: %j", async (eventName, event) => {
    expect(await refusal(eventName, event)).toMatch(/^RUN_REFUSED: This run may only validate\. /);
  });

  it.each(PHASES)("is refused in the phase %s, except to validate", async (phase) => {
    const told = await refusal("pull_request", pull("stranger/shop"), phase);
    if (phase === "validate") expect(told).toBeNull();
    else expect(told).toContain("fork");
  });
});
