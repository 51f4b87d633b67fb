import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { INPUT_DEFAULTS, INPUT_NAMES, OUTPUT_NAMES, PHASES } from "../../src/inputs.ts";
import { readTable } from "./markdown.ts";
import { type Declared, loadAction, loadWorkflow } from "./workflows.ts";

const action = loadAction();
const reusable = loadWorkflow(".github/workflows/change-deploy.yml").on.workflow_call ?? {};
const validating = loadWorkflow(".github/workflows/change-validate.yml").on.workflow_call ?? {};
const scheduled = loadWorkflow(".github/workflows/change-scheduled.yml").on.workflow_call ?? {};
const rollback = loadWorkflow(".github/workflows/change-rollback.yml").on.workflow_call ?? {};
const readme = readFileSync("README.md", "utf8");
const workflows = readFileSync("docs/workflows.md", "utf8");
const names = (declared: Record<string, Declared> = {}) => Object.keys(declared);
const firstCells = (page: string, heading: string) =>
  readTable(page, heading).map(([name]) => name?.replaceAll("`", ""));

describe("the action's contract", () => {
  it("has in action.yml exactly the inputs and outputs of the code", () => {
    expect(names(action.inputs)).toEqual([...INPUT_NAMES]);
    expect(names(action.outputs)).toEqual([...OUTPUT_NAMES]);
  });

  it("has the same defaults in action.yml and in the code", () => {
    const defaults = Object.entries(INPUT_DEFAULTS).map(([name]) => [name, action.inputs[name]?.default]);
    expect(Object.fromEntries(defaults)).toEqual(INPUT_DEFAULTS);
    const hidden = names(action.inputs).filter(
      (name) => action.inputs[name]?.default !== undefined && !(name in INPUT_DEFAULTS),
    );
    expect(hidden).toEqual(["token"]);
  });

  it("describes every input and output", () => {
    const described = [...Object.values(action.inputs), ...Object.values(action.outputs)];
    expect(described.filter(({ description }) => !description)).toEqual([]);
  });

  it("names every phase where the input is described", () => {
    expect(PHASES.filter((phase) => !action.inputs.phase?.description?.includes(phase))).toEqual([]);
  });

  it("runs on the runtime that GitHub has, from the bundle", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/index.js", post: "dist/post.js" });
  });
});

describe("the tables of README.md", () => {
  it.each([
    ["Inputs of the action", names(action.inputs)],
    ["Outputs of the action", names(action.outputs)],
    ["Phases", [...PHASES]],
  ])("list under %s exactly what is there, in the same order", (heading, declared) => {
    expect(declared.length).toBeGreaterThan(0);
    expect(firstCells(readme, heading)).toEqual(declared);
  });

  it("say of each input whether it is required, and its default", () => {
    const rows = readTable(readme, "Inputs of the action").map(([name, given]) => [
      name?.replaceAll("`", ""),
      given?.replaceAll("`", ""),
    ]);
    const declared = Object.entries(action.inputs).map(([name, input]) => [
      name,
      input.required ? "required" : String(input.default ?? ""),
    ]);
    expect(rows).toEqual(declared);
  });
});

describe("the tables of docs/workflows.md", () => {
  it.each([
    ["Inputs of the workflow", reusable.inputs],
    ["Changes by schedule", scheduled.inputs],
    ["Rolling back by hand", rollback.inputs],
    ["Plans in pull requests", validating.inputs],
  ])(
    "list under %s exactly the inputs that are there, and which of them are required",
    (heading, declared = {}) => {
      expect(firstCells(workflows, heading)).toEqual(names(declared));
      const required = readTable(workflows, heading).filter(([, given]) => given === "required");
      expect(required.map(([name]) => name?.replaceAll("`", ""))).toEqual(
        names(declared).filter((name) => declared[name]?.required),
      );
    },
  );

  it.each([
    ["Secrets of the workflow", reusable.secrets],
    ["Outputs of the workflow", reusable.outputs],
  ])("list under %s exactly what is there, in the same order", (heading, declared) => {
    expect(names(declared).length).toBeGreaterThan(0);
    expect(firstCells(workflows, heading)).toEqual(names(declared));
  });

  it("have the same secrets for every workflow that carries out commands of a plan", () => {
    expect([scheduled, rollback].map(({ secrets }) => secrets)).toEqual(
      [scheduled, rollback].map(() => expect.objectContaining({ token: reusable.secrets?.token })),
    );
    expect([scheduled, rollback].map(({ secrets }) => names(secrets))).toEqual(
      [scheduled, rollback].map(() => names(reusable.secrets)),
    );
  });
});

describe("the pictures of README.md", () => {
  it.each(["summary", "issue"])("show the beginning of a real %s", (kind) => {
    const level = (text: string) => text.replaceAll(/^#+ /gm, "#### ");
    const [, picture = ""] =
      new RegExp(
        `<summary>The beginning of [^<]*${kind}[^<]*</summary>\\n\\n([\\s\\S]*?)\\n\\n</details>`,
      ).exec(readme) ?? [];
    expect(picture.split("\n").length).toBeGreaterThan(20);
    expect(level(readFileSync(`test/fixtures/reports/rolled-back.${kind}.md`, "utf8"))).toContain(
      level(picture),
    );
  });
});
