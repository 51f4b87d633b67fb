import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ExplanationDocument } from "../plan/explain/explanation-schema.ts";
import { BLUE_GREEN, PLAN, SCHEDULE } from "../plan/explain/plans.ts";
import { Workbench } from "./workbench.ts";

let bench: Workbench;
beforeEach(() => {
  bench = new Workbench();
});
afterEach(() => bench.remove());

/** Six hours before the window of `SCHEDULE` opens. */
const AT = ["--at", "2026-11-27T12:00"];

/** A window that is never past. */
const WEEKLY = `
schedule:
  timezone: Asia/Seoul
  windows: [{ days: [mon, tue, wed, thu, fri, sat, sun], from: "01:00", to: "23:00" }]
`;

function prepare(plan: string): void {
  bench.write("plan.yml", plan);
  bench.commit();
}

describe("explain", () => {
  it("draws the phases and says what there is to know, in a pipe too", async () => {
    prepare(PLAN + SCHEDULE);
    const { code, stdout } = await bench.cli("explain", "plan.yml", "--to", "4.2.0", ...AT);
    expect(code, stdout).toBe(0);
    expect(stdout).toMatch(/^batch 2 \(3\) +#+ +3 min 6 s +21 min 1 s$/m);
    expect(stdout).toContain("outside of its windows at Fri 2026-11-27 12:00");
    expect(stdout).toContain("opens at Fri 2026-11-27 18:00, in 6 h");
    expect(bench.list(".change-deploy")).toEqual([]);
  });

  it.each([
    ["rolling, in windows", PLAN + SCHEDULE],
    ["blue-green", BLUE_GREEN],
  ])("prints one document with the digest that validate shows: %s", async (_, plan) => {
    prepare(plan);
    const { code, stdout, stderr } = await bench.cli("explain", "plan.yml", "--json", ...AT);
    expect([code, stderr]).toEqual([0, ""]);
    const validated = await bench.cli("validate", "plan.yml", "--json");
    const explanation = ExplanationDocument.parse(JSON.parse(stdout));
    expect(explanation.digest).toBe(JSON.parse(validated.stdout).digest);
  });

  it("reads the hosts files of both groups", async () => {
    bench.write("blue.csv", "name\nb1\nb2\n");
    bench.write("green.yml", "- name: g[1:2]\n");
    const hosts = "green: { from: green.yml }\n    blue: { from: blue.csv }";
    prepare(BLUE_GREEN.replace(/green: \{.*\n.*blue: \{.*\}/, hosts));
    const { code, stdout } = await bench.cli("explain", "plan.yml", "--json");
    expect(code, stdout).toBe(0);
    expect(JSON.parse(stdout).batches).toMatchObject([
      { group: "blue", targets: ["b1", "b2"] },
      { group: "green", targets: ["g1", "g2"] },
    ]);
  });

  it.each([
    ["groups-differ-in-size", "name\nb1\n"],
    ["groups-overlap", "name\ng2\nb1\n"],
  ])("finds %s in hosts files, as it does in a plan", async (problem, blue) => {
    bench.write("blue.csv", blue);
    const hosts = 'green: { hosts: [{ name: "g[1:2]" }] }\n    blue: { from: blue.csv }';
    prepare(BLUE_GREEN.replace(/green: \{.*\n.*blue: \{.*\}/, hosts));
    const { code, stdout } = await bench.cli("explain", "plan.yml", "--json");
    expect([code, JSON.parse(stdout).issues.map((issue: { code: string }) => issue.code)]).toEqual([
      1,
      [problem],
    ]);
  });

  it("says what is wrong with a plan that is not valid", async () => {
    prepare(PLAN.replace("title: Checkout 4.2.0", "titel: Checkout 4.2.0"));
    const { code, stdout } = await bench.cli("explain", "plan.yml");
    expect(code).toBe(1);
    expect(stdout).toMatch(/plan\.yml:3:.*error unknown-key/);
    const asked = await bench.cli("explain", "plan.yml", "--json");
    expect(JSON.parse(asked.stdout)).toMatchObject({ ok: false, issues: [{ code: "unknown-key", line: 3 }] });
  });

  it("refuses a time that is none", async () => {
    prepare(PLAN);
    const { code, stderr, stdout } = await bench.cli("explain", "plan.yml", "--at", "soon");
    expect(code).toBe(1);
    expect(stderr + stdout).toContain("--at soon is not a time");
  });

  it("runs nothing, so it cannot know the targets that a command lists", async () => {
    prepare(PLAN.replace('hosts: [{ name: "web-[01:10]" }]', "run: touch ran"));
    const { code, stdout } = await bench.cli("explain", "plan.yml");
    expect(code).toBe(1);
    expect(stdout).toContain("targets-unknown");
    expect((await bench.cli("validate", "plan.yml")).code).toBe(0);
    expect(bench.list(".")).not.toContain("ran");
  });
});

describe("a plan of a hundred thousand targets", () => {
  it.each(["validate", "explain", "explain --json"])("is no burden for %s", async (words) => {
    prepare(PLAN.replace("web-[01:10]", "web-[1:100000]"));
    const [command = "", ...flags] = words.split(" ");
    // With less than half of the memory that it may take, so that the whole process stays below.
    const env = { NODE_OPTIONS: "--max-old-space-size=200" };
    const args = [command, "plan.yml", ...flags];
    const { code, stdout, stderr } = await bench.start("cli.js", { args, env }).ended;
    expect(code, stderr).toBe(0);
    if (flags.length > 0) expect(JSON.parse(stdout).batches.at(-1).targets.at(-1)).toBe("web-100000");
  });
});

describe("the action's validation", () => {
  const validate = async (plan: string) => {
    prepare(plan);
    const env = {
      INPUT_PHASE: "validate",
      INPUT_PLAN: "plan.yml",
      INPUT_VERSION: "4.2.0",
      GITHUB_ACTIONS: "true",
      GITHUB_ACTOR: "octocat",
      GITHUB_API_URL: "https://github.test/api/v3",
      GITHUB_EVENT_NAME: "pull_request",
      GITHUB_REF: "refs/pull/7/merge",
      GITHUB_REPOSITORY: "octo-org/shop",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_RUN_ID: "4711",
      GITHUB_SERVER_URL: "https://github.test",
      GITHUB_SHA: bench.git("rev-parse", "HEAD").trim(),
      GITHUB_STEP_SUMMARY: bench.write("summary", ""),
      GITHUB_WORKSPACE: bench.folder,
    };
    const { code, stdout } = await bench.start("index.js", { env }).ended;
    return { code, stdout, summary: bench.read("summary") };
  };

  it("puts the explanation below the problems into the summary", async () => {
    const risky = PLAN.replace("risk: low", "risk: high");
    const { code, stdout, summary } = await validate(`${risky}${WEEKLY}notify: { before: 30m }\n`);
    expect(code, stdout).toBe(0);
    expect(summary).toMatch(/^## Problems in the plan\n[\s\S]*^## What `CHG-7` would do$/m);
    expect(summary).toMatch(/```mermaid\ngantt\n[\s\S]*notice to people : 2000-01-01 00:00:12, /);
    expect(summary).toContain("| batch 2 (3) |");
  });

  it("keeps a hostile plan out of its picture", async () => {
    const hostile = PLAN.replace("Checkout 4.2.0", '"``` ; click a href \\"http://evil.example\\" @octocat"');
    const { code, stdout, summary } = await validate(
      hostile.replaceAll("name: Install", 'name: "```: done, x"'),
    );
    expect(code, stdout).toBe(0);
    const pictures = [...summary.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, picture]) => picture);
    expect(pictures).toHaveLength(1);
    expect(pictures[0]).toMatch(/^gantt\n( {4}[\w ():,-]+\n|.*%H:%M\n)+$/);
    expect(summary).not.toMatch(/@octocat|href="|\]\(http/);
  });
});
