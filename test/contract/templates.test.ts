import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listFiles } from "./tree.ts";
import { type Declared, type Job, loadWorkflow } from "./workflows.ts";

const CALL = /^OWNER\/change-deploy\/(\.github\/workflows\/[\w-]+\.yml)@v\d+$/;
const templates = listFiles("workflows-templates/*.yml");
const requiredOf = (declared: Record<string, Declared>) =>
  Object.keys(declared).filter((name) => declared[name]?.required);
const calledBy = (job: Job) => CALL.exec(job.uses ?? "")?.[1];

describe.each(templates)("%s", (file) => {
  const { jobs } = loadWorkflow(file);
  const calls = Object.entries(jobs).filter(([, job]) => job.uses !== undefined);

  it("calls the reusable workflows of this repository, or the action itself, by their major tag", () => {
    const own = Object.values(jobs).flatMap(({ steps = [] }) =>
      steps.filter(({ uses }) => uses === "OWNER/change-deploy@v1"),
    );
    expect(calls.length + own.length).toBeGreaterThan(0);
    expect(calls.filter(([, job]) => !existsSync(calledBy(job) ?? ""))).toEqual([]);
  });

  // One of them has its jobs itself: workflows.test.ts looks at their steps.
  it.each(calls)(
    "job %s passes the inputs and secrets that the workflow declares, and all that it requires",
    (_, job) => {
      const { inputs = {}, secrets = {} } = loadWorkflow(calledBy(job) ?? "").on.workflow_call ?? {};
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(job.with ?? {})));
      expect(Object.keys(job.with ?? {})).toEqual(expect.arrayContaining(requiredOf(inputs)));
      expect(Object.keys(secrets)).toEqual(expect.arrayContaining(Object.keys(job.secrets ?? {})));
      expect(Object.keys(job.secrets ?? {})).toEqual(expect.arrayContaining(requiredOf(secrets)));
    },
  );

  it.each(calls)("job %s grants every permission that a job of the workflow asks for", (_, job) => {
    const called = Object.values(loadWorkflow(calledBy(job) ?? "").jobs).flatMap((inner) =>
      Object.entries(inner.permissions ?? {}),
    );
    const lacking = called.filter(
      ([scope, level]) => ![level, "write"].includes(job.permissions?.[scope] ?? "none"),
    );
    expect(lacking).toEqual([]);
  });

  it("reads only outputs that the workflow it calls has", () => {
    const read = [...readFileSync(file, "utf8").matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g)];
    const unknown = read.filter(([, id, name]) => {
      const called = calledBy(jobs[id ?? ""] ?? {});
      return called && !((name ?? "") in (loadWorkflow(called).on.workflow_call?.outputs ?? {}));
    });
    expect(unknown.map(([text]) => text)).toEqual([]);
  });

  it("has a properties file that GitHub can list it by", () => {
    const properties = JSON.parse(readFileSync(file.replace(/\.yml$/, ".properties.json"), "utf8"));
    expect(properties).toEqual({
      name: expect.stringMatching(/\w/),
      description: expect.stringMatching(/\w/),
      iconName: expect.stringMatching(/^octicon [a-z-]+$/),
      categories: expect.arrayContaining([expect.any(String)]),
      filePatterns: expect.arrayContaining([expect.any(String)]),
    });
  });
});

describe("workflows-templates/deploy-with-own-jobs.yml", () => {
  const own = loadWorkflow("workflows-templates/deploy-with-own-jobs.yml").jobs;
  const reusable = loadWorkflow(".github/workflows/change-deploy.yml").jobs;
  const phasesOf = ({ steps = [] }: Job) => steps.flatMap(({ with: given = {} }) => given.phase ?? []);

  it("has the jobs of the reusable workflow, in the same order, for the same phases and with the same permissions", () => {
    const shape = (jobs: Record<string, Job>) =>
      Object.entries(jobs).map(([id, job]) => ({
        id,
        needs: job.needs,
        if: job.if,
        phases: phasesOf(job),
        permissions: job.permissions,
      }));
    expect(shape(own)).toEqual(shape(reusable));
  });

  it("has the reviewers' environment in the gate alone, and the secrets in another", () => {
    const environments = Object.entries(own).flatMap(([id, { environment }]) =>
      environment === undefined ? [] : [[id, (environment as { name: string }).name]],
    );
    expect(Object.fromEntries(environments)).toEqual({
      gate: "production",
      deploy: "production-secrets",
      rollback: "production-secrets",
    });
  });
});
