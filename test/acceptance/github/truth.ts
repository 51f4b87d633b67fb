import { expect } from "vitest";
import type { Job } from "../job.ts";
import type { Stage } from "./stage.ts";

export type Outcome =
  | "succeeded"
  | "rejected"
  | "rolled-back"
  | "rollback-incomplete"
  | "frozen"
  | "held"
  | "interrupted";

const HEADLINES: Record<Outcome, RegExp> = {
  succeeded: /Succeeded: every target is updated/,
  rejected: /Rejected: /,
  "rolled-back": /Rolled back: every touched target/,
  "rollback-incomplete": /Rollback incomplete: /,
  frozen: /Frozen: /,
  held: /Held: /,
  interrupted: /Interrupted: /,
};

/** How the one deployment ends in each case, its last statuses last. */
const LAST: Record<Outcome, readonly string[]> = {
  succeeded: ["success"],
  rejected: ["failure"],
  "rolled-back": ["failure", "inactive"],
  "rollback-incomplete": ["error"],
  frozen: ["error"],
  held: ["queued"],
  interrupted: ["error"],
};

export type Expected = Readonly<{
  outcome: Outcome;
  reason?: string;
  issue: "none" | "open" | "closed";
  /** Of the whole scenario so far. */
  requests: number;
  /** false where GitHub refuses deployments. */
  deployment?: boolean;
  /** Green although the change failed, as a rollback by hand is. */
  green?: boolean;
}>;

/** One outcome in every place where somebody looks: exit, outputs, result, summary, issue, deployment, journal. */
export function expectTruth(stage: Stage, job: Job, expected: Expected): void {
  const { outcome, issue, requests, deployment = true, green = outcome === "succeeded" } = expected;
  expect(job.code, job.stdout + job.stderr).toBe(green ? 0 : 1);
  expect(job.outputs.outcome, job.stdout).toBe(outcome);
  if (expected.reason !== undefined) expect(job.outputs["reason-code"]).toBe(expected.reason);
  expect(JSON.parse(job.outputs.result ?? "{}")).toMatchObject({
    version: 1,
    outcome,
    reasonCode: job.outputs["reason-code"],
    issueUrl: issue === "none" ? null : job.outputs["issue-url"],
  });
  expect(job.summary).toMatch(HEADLINES[outcome]);
  expectIssue(stage, job, { outcome, issue });
  expect(stage.deployments).toHaveLength(deployment ? 1 : 0);
  if (deployment) expectDeployment(stage, outcome);
  if (outcome !== "interrupted") expect(stage.journal()).toContain(`Finished: ${outcome.replace("-", " ")}`);
  expect(stage.requests.length, stage.requests.join("\n")).toBeLessThanOrEqual(requests);
}

function expectIssue(stage: Stage, job: Job, { outcome, issue }: Pick<Expected, "outcome" | "issue">): void {
  expect(stage.issues.map(({ state }) => state)).toEqual(issue === "none" ? [] : [issue]);
  if (issue === "none") return expect(job.outputs["issue-url"]).toBeUndefined();
  const [only] = stage.issues;
  expect(job.outputs["issue-url"]).toMatch(new RegExp(`/issues/${only?.number}$`));
  if (issue === "open") expect(only?.body).toMatch(HEADLINES[outcome]);
}

function expectDeployment(stage: Stage, outcome: Outcome): void {
  const [only] = stage.deployments;
  expect(only).toMatchObject({ environment: "production", task: "change-deploy/CHG-5", ref: stage.sha });
  const states = only?.statuses.map(({ state }) => state) ?? [];
  expect(states.slice(-LAST[outcome].length)).toEqual(LAST[outcome]);
  for (const status of only?.statuses ?? []) {
    expect(status.log_url).toMatch(/\/octo-org\/shop\/actions\/runs\/\d+/);
  }
  // Said once each: nobody who reads the history sees a phase twice that happened once.
  expect(states.filter((state) => state === "success").length).toBeLessThanOrEqual(1);
}
