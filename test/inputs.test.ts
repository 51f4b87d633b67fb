import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ChangeError } from "../src/errors.ts";
import { INPUT_DEFAULTS, INPUT_NAMES, OUTPUT_NAMES, PHASES, readInputs } from "../src/inputs.ts";

const RUNNER = {
  GITHUB_REPOSITORY: "octo-org/shop",
  GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
  GITHUB_REF: "refs/heads/main",
  GITHUB_RUN_ID: "42",
  GITHUB_RUN_ATTEMPT: "2",
  GITHUB_ACTOR: "octocat",
  GITHUB_TRIGGERING_ACTOR: "hubot",
  GITHUB_EVENT_NAME: "push",
  GITHUB_EVENT_PATH: "/event.json",
  GITHUB_SERVER_URL: "https://github.com",
  GITHUB_API_URL: "https://api.github.com",
  GITHUB_WORKSPACE: "/workspace",
};

/** As the runner passes them: every declared input is set, to nothing where it was not given. */
function environment(inputs: Record<string, string>, runner: Record<string, string> = {}) {
  const all = {
    plan: "",
    environment: "",
    version: "",
    "change-id": "",
    ...INPUT_DEFAULTS,
    token: "t0ken",
    ...inputs,
  };
  const entries = Object.entries(all).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  return { ...RUNNER, ...runner, ...Object.fromEntries(entries) } as Record<string, string>;
}

const ROLLBACK = { phase: "rollback", environment: "production" };
const DEPLOY = { phase: "deploy", plan: "plan.yml", environment: "production" };

function problems(inputs: Record<string, string>, runner: Record<string, string> = {}): string {
  try {
    readInputs(environment(inputs, runner));
  } catch (error) {
    if (error instanceof ChangeError && error.code === "INPUT_INVALID") return error.message;
    throw error;
  }
  return "";
}

describe("action.yml and the code", () => {
  const action = parse(readFileSync("action.yml", "utf8"));

  it("have the same inputs, with the same defaults", () => {
    expect(Object.keys(action.inputs)).toEqual([...INPUT_NAMES]);
    const defaults = Object.entries(action.inputs as Record<string, { default?: string }>)
      .filter(([, { default: value }]) => value !== undefined)
      .map(([name, { default: value }]) => [name, value]);
    expect(Object.fromEntries(defaults)).toEqual({ ...INPUT_DEFAULTS, token: "${{ github.token }}" });
  });

  it("have the same outputs, and every one of both is described", () => {
    expect(Object.keys(action.outputs)).toEqual([...OUTPUT_NAMES]);
    const described = [...Object.values(action.inputs), ...Object.values(action.outputs)];
    expect(described.filter((entry) => !(entry as { description?: string }).description)).toEqual([]);
    for (const phase of PHASES) expect(action.inputs.phase.description).toContain(phase);
  });

  it("run on node24, from the bundle", () => {
    expect(action.runs).toEqual({ using: "node24", main: "dist/index.js", post: "dist/post.js" });
  });
});

describe("reading the inputs", () => {
  it("gives every value, and where it runs", () => {
    expect(readInputs(environment({ ...DEPLOY, version: " 2.0 ", "change-id": "CHG-1" }))).toEqual({
      phase: "deploy",
      plan: "plan.yml",
      environment: "production",
      version: "2.0",
      changeId: "CHG-1",
      journal: "origin",
      journalPrefix: "refs/change-deploy",
      token: "t0ken",
      planSecrets: new Map(),
      run: {
        owner: "octo-org",
        repo: "shop",
        commit: RUNNER.GITHUB_SHA,
        ref: "refs/heads/main",
        runId: "42",
        runAttempt: 2,
        runUrl: "https://github.com/octo-org/shop/actions/runs/42",
        actor: "octocat",
        triggeringActor: "hubot",
        eventName: "push",
        eventPath: "/event.json",
        serverUrl: "https://github.com",
        apiUrl: "https://api.github.com",
        workspace: "/workspace",
      },
    });
  });

  it("gives a rollback what it is asked for, and nothing unless asked", () => {
    expect(readInputs(environment(ROLLBACK))).toMatchObject({ rescue: false, repaired: false, restore: [] });
    const asked = { ...ROLLBACK, rescue: "true", repaired: "true", restore: "database\n\n files " };
    expect(readInputs(environment(asked))).toMatchObject({
      rescue: true,
      repaired: true,
      restore: ["database", "files"],
    });
  });

  it("takes the tag for the version, or else the short commit", () => {
    const version = (ref: string) => readInputs(environment(DEPLOY, { GITHUB_REF: ref })).version;
    expect(version("refs/tags/v4.2.0")).toBe("v4.2.0");
    expect(version("refs/heads/main")).toBe("0123456");
  });

  it("takes an empty value for one that was not given", () => {
    expect(readInputs(environment({ ...DEPLOY, journal: " ", "change-id": "" }))).toMatchObject({
      journal: "origin",
      changeId: null,
    });
  });

  it.each([
    ["validate", { plan: "p" }],
    ["due", { plan: "changes", environment: "e" }],
    ["gate", { plan: "p", environment: "e" }],
    ["prepare", { plan: "p", environment: "e" }],
    ["verify", { plan: "p", environment: "e" }],
    ["rollback", { environment: "e" }],
    ["report", { environment: "e" }],
    ["run", { plan: "p", environment: "e" }],
  ])("needs for %s no more than %j", (phase, inputs) => {
    expect(problems({ phase, ...inputs })).toBe("");
    for (const name of Object.keys(inputs))
      expect(problems({ phase, ...inputs, [name]: "" })).toContain(`\`${name}\``);
  });
});

describe("several plans", () => {
  const plans = "changes/a.yml\r\n\n  changes/b c.yml\n";

  it("are validated in one step, one a line", () => {
    expect(readInputs(environment({ phase: "validate", plan: plans }))).toMatchObject({
      phase: "validate",
      plans: ["changes/a.yml", "changes/b c.yml"],
    });
  });

  it("are refused by every other phase, and in a number that nobody could read about", () => {
    expect(problems({ ...DEPLOY, plan: plans })).toContain("`plan` has a line break");
    const many = Array.from({ length: 51 }, (_, index) => `${index}.yml`).join("\n");
    expect(problems({ phase: "validate", plan: many })).toContain("`plan` has more than 50 lines");
  });

  it("have names of one line and without control characters", () => {
    expect(problems({ phase: "validate", plan: "a.yml\nb\u001b.yml" })).toContain("control character");
    expect(problems({ phase: "validate", plan: `a.yml\n${"x".repeat(2_000)}` })).toContain(
      "longer than 1024",
    );
  });
});

describe("a mistake in the inputs", () => {
  it.each<[string, Record<string, string>, string]>([
    [
      "a misspelt name",
      { ...DEPLOY, enviroment: "x" },
      "there is no input `enviroment`; did you mean `environment`?.",
    ],
    [
      "an underscore",
      { ...DEPLOY, change_id: "x" },
      "there is no input `change_id`; did you mean `change-id`?.",
    ],
    [
      "a name like no other",
      { ...DEPLOY, zzzzzz: "x" },
      "there is no input `zzzzzz`; there are phase, plan, environment, version, change-id, rescue, repaired, restore, plan-secrets, journal, journal-prefix, token.",
    ],
    [
      "no phase",
      { plan: "p" },
      "`phase` is missing; it is one of validate, due, gate, prepare, deploy, verify, rollback, report, run.",
    ],
    ["a switch that is neither", { ...ROLLBACK, rescue: "yes" }, "`rescue` is neither true nor false"],
    ["a rescue of no rollback", { ...DEPLOY, rescue: "true" }, "`rescue` goes with `phase: rollback` only"],
    ["a restore of no rollback", { ...DEPLOY, restore: "db" }, "`restore` goes with `phase: rollback` only"],
    [
      "a secret that steers",
      { ...DEPLOY, "plan-secrets": "PATH=/evil" },
      "`plan-secrets`, line 1: PATH is not",
    ],
    ["an unknown phase", { ...DEPLOY, phase: "Deploy" }, "`phase` is `Deploy`; it is one of validate,"],
    ["no token", { ...DEPLOY, token: "" }, "`token` is empty: the secret that it names does not exist here"],
    ["an option for a journal", { ...DEPLOY, journal: "--upload-pack=x" }, "`journal` starts with a hyphen"],
    [
      "a prefix outside refs",
      { ...DEPLOY, "journal-prefix": "heads/x" },
      "`journal-prefix` is not the beginning of a ref",
    ],
    [
      "a prefix with dots",
      { ...DEPLOY, "journal-prefix": "refs/../x" },
      "`journal-prefix` is not the beginning of a ref",
    ],
    ["a line break", { ...DEPLOY, version: "1\n2" }, "`version` has a line break"],
    ["a very long value", { ...DEPLOY, plan: "x".repeat(2_000) }, "`plan` is longer than 1024 characters"],
  ])("such as %s is named", (_, inputs, expected) => {
    expect(problems(inputs)).toContain(expected);
  });

  it.each(["https://user:hunter2@host/r", "https://hunter2@host/r", "ssh://git:hunter2@host/r"])(
    "such as the password in %s is refused and not repeated",
    (journal) => {
      expect(problems({ ...DEPLOY, journal })).toContain("`journal` has credentials in it");
      expect(problems({ ...DEPLOY, journal })).not.toContain("hunter2");
    },
  );

  it("lets the usual addresses of a journal pass", () => {
    for (const journal of [
      "origin",
      "https://host/r",
      "ssh://git@host/r",
      "git@host:o/r.git",
      "../journal.git",
    ]) {
      expect(problems({ ...DEPLOY, journal })).toBe("");
    }
  });

  it("is reported together with all the others", () => {
    expect(problems({ phase: "deploy", token: "", plans: "x" }).split("\n")).toEqual([
      expect.stringContaining("`plans`"),
      expect.stringContaining("needs `plan`"),
      expect.stringContaining("needs `environment`"),
      expect.stringContaining("`token` is empty"),
    ]);
  });

  it("includes running outside GitHub Actions", () => {
    expect(problems(DEPLOY, { GITHUB_REPOSITORY: "", GITHUB_API_URL: "ftp://x" }).split("\n")).toEqual([
      "- GITHUB_REPOSITORY is not set: this runs inside GitHub Actions only",
      "- GITHUB_API_URL is not the address of a server",
    ]);
  });
});
