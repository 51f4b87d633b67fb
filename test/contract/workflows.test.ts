import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { listFiles } from "./tree.ts";
import { type Job, loadAction, loadWorkflow } from "./workflows.ts";

const files = listFiles(".github/workflows/*.yml", "workflows-templates/*.yml");
const workflows = files.map((file) => ({
  file,
  workflow: loadWorkflow(file),
  text: readFileSync(file, "utf8"),
}));
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ place: `${file} ${id}`, id, job })),
);
const steps = jobs.flatMap(({ place, job }) => (job.steps ?? []).map((step) => ({ place, step })));
const needsOf = (job: Job | undefined) => [job?.needs ?? []].flat();

describe("every workflow and template", () => {
  it("is one of those that are known, so that a new one is noticed", () => {
    expect(files).toEqual([
      ".github/workflows/change-deploy.yml",
      ".github/workflows/change-validate.yml",
      ".github/workflows/ci.yml",
      ".github/workflows/release.yml",
      "workflows-templates/deploy-on-tag.yml",
      "workflows-templates/validate-plans.yml",
    ]);
  });

  it("grants nothing by default, and each job the permissions it needs, each with a reason on its line", () => {
    expect(
      workflows.filter(({ workflow }) => Object.keys(workflow.permissions ?? { all: "" }).length > 0),
    ).toEqual([]);
    expect(jobs.filter(({ job }) => job.permissions === undefined).map(({ place }) => place)).toEqual([]);
    const grants = workflows.flatMap(({ file, text }) =>
      text
        .split("\n")
        .flatMap((line) => (/^ +[a-z-]+: (read|write)\b/.test(line) ? [`${file} ${line.trim()}`] : [])),
    );
    expect(grants.length).toBeGreaterThan(5);
    expect(grants.filter((grant) => !/ # \w+/.test(grant))).toEqual([]);
  });

  it("bounds every job in time", () => {
    const unbounded = jobs.filter(
      ({ job }) => job.uses === undefined && job["timeout-minutes"] === undefined,
    );
    expect(unbounded.map(({ place }) => place)).toEqual([]);
  });

  it("puts no expression into a script", () => {
    const scripts = steps.filter(({ step }) => step.run !== undefined);
    expect(scripts.length).toBeGreaterThan(0);
    expect(scripts.filter(({ step }) => step.run?.includes("${{")).map(({ place }) => place)).toEqual([]);
  });

  it("pins every foreign action by commit, and says which version that is", () => {
    const foreign = workflows.flatMap(({ text }) =>
      [...text.matchAll(/uses: (\S+)(.*)/g)].map(([, ref, note]) => ({ ref, note })),
    );
    const own = (ref: string | undefined) => ref === "$/" || ref?.startsWith("OWNER/change-deploy/");
    const loose = foreign.filter(
      ({ ref, note }) => !own(ref) && !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(`${ref}${note}`),
    );
    expect(loose).toEqual([]);
  });

  it("keeps the checkout's credentials out of the job", () => {
    const checkouts = steps.filter(({ step }) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.filter(({ step }) => step.with?.["persist-credentials"] !== false)).toEqual([]);
  });

  it("gives the action only inputs that it has, and reads only outputs that it has", () => {
    const action = loadAction();
    const calls = steps.filter(({ step }) => step.uses === "$/");
    const unknown = calls.flatMap(({ step }) =>
      Object.keys(step.with ?? {}).filter((name) => !(name in action.inputs)),
    );
    const own = new Set(calls.map(({ step }) => step.id));
    const read = workflows.flatMap(({ text }) =>
      [...text.matchAll(/steps\.([\w-]+)\.outputs\.([\w-]+)/g)].flatMap(([, id, name]) =>
        own.has(id) ? [name ?? ""] : [],
      ),
    );
    expect(calls.length).toBeGreaterThan(3);
    expect(read.length).toBeGreaterThan(3);
    expect({ unknown, unread: read.filter((name) => !(name in action.outputs)) }).toEqual({
      unknown: [],
      unread: [],
    });
  });
});

describe("change-deploy.yml", () => {
  const { workflow, text } = workflows.find(({ file }) => file.endsWith("/change-deploy.yml")) ?? never();
  const job = (id: string) => workflow.jobs[id] ?? never();

  it("has the jobs of a change, each after the one before", () => {
    expect(Object.keys(workflow.jobs)).toEqual(["validate", "gate", "deploy", "rollback", "report"]);
    expect(needsOf(job("gate"))).toEqual(["validate"]);
    expect(needsOf(job("deploy"))).toEqual(["validate", "gate"]);
    expect(needsOf(job("rollback"))).toEqual(["validate", "deploy"]);
    expect(needsOf(job("report"))).toEqual(["validate", "deploy", "rollback"]);
  });

  it("names the protected environment in the gate alone, without a deployment record, since each job that names it asks again", () => {
    const naming = Object.entries(workflow.jobs).filter(([, { environment }]) => environment !== undefined);
    expect(naming.map(([id, { environment }]) => ({ id, environment }))).toEqual([
      { id: "gate", environment: { name: "${{ inputs.environment }}", deployment: false } },
    ]);
  });

  it("queues the deploying job alone, and never drops a waiting change", () => {
    const queued = Object.entries(workflow.jobs).filter(([, { concurrency }]) => concurrency !== undefined);
    expect(queued.map(([id, { concurrency }]) => ({ id, queue: concurrency?.queue }))).toEqual([
      { id: "deploy", queue: "max" },
    ]);
    expect(workflow).not.toHaveProperty("concurrency");
  });

  it("finishes what a dead or cancelled deploy job left, whatever happened before", () => {
    expect(job("rollback").if).toMatch(/^always\(\) && /);
    expect(job("report").if).toMatch(/^always\(\) && /);
  });

  it("uses every input and secret that it declares, and every job output that it passes on", () => {
    const { inputs = {}, secrets = {}, outputs = {} } = workflow.on.workflow_call ?? {};
    const idle = [
      ...Object.keys(inputs).map((name) => `inputs.${name}`),
      ...Object.keys(secrets).map((name) => `secrets.${name}`),
    ];
    expect(idle.filter((name) => !text.includes(`${name} }}`) && !text.includes(`${name} ||`))).toEqual([]);
    const missing = Object.values(outputs).filter(({ value }) => {
      const [, id, name] = /^\$\{\{ jobs\.(\w+)\.outputs\.([\w-]+) \}\}$/.exec(value ?? "") ?? [];
      return name === undefined || !(name in (workflow.jobs[id ?? ""]?.outputs ?? {}));
    });
    expect(missing).toEqual([]);
  });
});

function never(): never {
  throw new Error("change-deploy.yml lacks what this test is about");
}
