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
      ".github/workflows/change-rollback.yml",
      ".github/workflows/change-scheduled.yml",
      ".github/workflows/change-validate.yml",
      ".github/workflows/ci.yml",
      ".github/workflows/release.yml",
      "workflows-templates/deploy-on-tag.yml",
      "workflows-templates/deploy-with-own-jobs.yml",
      "workflows-templates/emergency-patch.yml",
      "workflows-templates/roll-back.yml",
      "workflows-templates/scheduled-changes.yml",
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
    const own = (ref: string | undefined) => /^(\$\/|OWNER\/change-deploy[/@])/.test(ref ?? "");
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
    const calls = steps.filter(({ step }) => /^(\$\/|OWNER\/change-deploy@v1)$/.test(step.uses ?? ""));
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
  const { workflow } = workflows.find(({ file }) => file.endsWith("/change-deploy.yml")) ?? never();
  const job = (id: string) => workflow.jobs[id] ?? never();

  it("has the jobs of a change, each after the one before", () => {
    const needs = Object.entries(workflow.jobs).map(([id, one]) => [id, needsOf(one)]);
    expect(Object.fromEntries(needs)).toEqual({
      validate: [],
      gate: ["validate"],
      deploy: ["validate", "gate"],
      rollback: ["validate", "deploy"],
      report: ["validate", "deploy", "rollback"],
    });
  });

  it("prepares, deploys and verifies as steps of one job, on one disk and with one approval", () => {
    expect(phasesOf(job("gate"))).toEqual(["gate"]);
    expect(phasesOf(job("deploy"))).toEqual(["prepare", "deploy", "verify"]);
    const chain = ["verify", "deploy", "prepare"].map((id) => `steps.${id}.outputs.outcome`);
    expect(job("deploy").outputs?.outcome).toBe(`\${{ ${chain.join(" || ")} }}`);
  });

  it("gives the plan's secrets to the steps that act on targets, and to no other", () => {
    const given = Object.values(workflow.jobs).flatMap((one) =>
      (one.steps ?? []).flatMap(({ with: values = {} }) => ("plan-secrets" in values ? [values.phase] : [])),
    );
    expect(given).toEqual(["prepare", "deploy", "verify", "rollback"]);
  });

  it("names the protected environment in the gate alone, without a deployment record, since each job that names it asks again", () => {
    const naming = Object.entries(workflow.jobs).filter(([, { environment }]) => environment !== undefined);
    expect(naming.map(([id, { environment }]) => ({ id, environment }))).toEqual([
      {
        id: "gate",
        environment: { name: "${{ inputs.environment }}", deployment: "${{ inputs.implicit-deployment }}" },
      },
    ]);
    expect(workflow.on.workflow_call?.inputs?.["implicit-deployment"]?.default).toBe(false);
  });

  it("queues the deploying job alone, and never drops a waiting change", () => {
    const queued = Object.entries(workflow.jobs).filter(([, { concurrency }]) => concurrency !== undefined);
    expect(queued.map(([id, { concurrency }]) => ({ id, queue: concurrency?.queue }))).toEqual([
      { id: "deploy", queue: "max" },
    ]);
    expect(workflow).not.toHaveProperty("concurrency");
  });

  it("finishes what a dead or cancelled deploy job left, whatever happened before", () => {
    expect(job("rollback").if).toBe(
      `always() && contains(fromJSON('["failure", "cancelled"]'), needs.deploy.result)`,
    );
    expect(job("rollback").steps?.at(-1)?.with).toMatchObject({ phase: "rollback", rescue: true });
    expect(job("report").if).toMatch(/^always\(\) && /);
  });
});

describe.each(["change-deploy.yml", "change-rollback.yml", "change-scheduled.yml", "change-validate.yml"])(
  "the reusable workflow %s",
  (name) => {
    const { workflow, text } = workflows.find(({ file }) => file.endsWith(`workflows/${name}`)) ?? never();
    const { inputs = {}, secrets = {}, outputs = {} } = workflow.on.workflow_call ?? {};

    it("uses every input and secret that it declares, and declares every one that it uses", () => {
      const declared = [
        ...Object.keys(inputs).map((input) => `inputs.${input}`),
        ...Object.keys(secrets).map((secret) => `secrets.${secret}`),
      ];
      const used = [...text.matchAll(/\b(?:inputs|secrets)\.[a-z][a-z-]*/g)].map(([word]) => word);
      expect([...new Set(used)].sort()).toEqual(declared.sort());
    });

    it("passes on only outputs of its jobs, and those only outputs of their steps", () => {
      const passed = Object.values(outputs).flatMap(({ value }) => [
        ...(value ?? "").matchAll(/jobs\.([\w-]+)\.outputs\.([\w-]+)/g),
      ]);
      expect(passed.length).toBeGreaterThanOrEqual(Object.keys(outputs).length);
      const missing = passed.filter(([, id, output]) => !workflow.jobs[id ?? ""]?.outputs?.[output ?? ""]);
      expect(missing.map(([word]) => word)).toEqual([]);
      const read = Object.values(workflow.jobs).flatMap((one) =>
        Object.values(one.outputs ?? {}).flatMap((value) =>
          [...value.matchAll(/steps\.([\w-]+)\./g)].filter(
            ([, id]) => !one.steps?.some((step) => step.id === id),
          ),
        ),
      );
      expect(read).toEqual([]);
    });

    it("reads of the jobs that it needs only outputs that they have", () => {
      const read = [...text.matchAll(/needs\.([\w-]+)\.outputs\.([\w-]+)/g)];
      expect(
        read
          .filter(([, id, output]) => !workflow.jobs[id ?? ""]?.outputs?.[output ?? ""])
          .map(([word]) => word),
      ).toEqual([]);
    });
  },
);

describe("change-scheduled.yml", () => {
  const { workflow } = workflows.find(({ file }) => file.endsWith("/change-scheduled.yml")) ?? never();
  const call = workflow.jobs.change ?? never();

  it("gives change-deploy.yml what that declares, and grants what its jobs ask for", () => {
    const called = loadWorkflow(".github/workflows/change-deploy.yml");
    const { inputs = {}, secrets = {} } = called.on.workflow_call ?? {};
    expect(call.uses).toBe("$/.github/workflows/change-deploy.yml");
    expect(Object.keys(call.with ?? {}).sort()).toEqual(Object.keys(inputs).sort());
    expect(Object.keys(call.secrets ?? {})).toEqual(Object.keys(secrets));
    const asked = Object.values(called.jobs).flatMap(({ permissions = {} }) => Object.entries(permissions));
    const lacking = asked.filter(
      ([scope, level]) => ![level, "write"].includes(call.permissions?.[scope] ?? ""),
    );
    expect(lacking).toEqual([]);
  });

  it("lets no change stop another, and starts none where nothing is due", () => {
    expect(call.strategy).toMatchObject({ "fail-fast": false });
    expect(call.if).toContain("needs.due.outputs.plans != '[]'");
  });
});

const phasesOf = ({ steps: all = [] }: Job) =>
  all.flatMap(({ uses, with: values = {} }) => (uses === "$/" ? [values.phase] : []));

function never(): never {
  throw new Error("a workflow lacks what this test is about");
}
