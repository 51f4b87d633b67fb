import { describe, expect, it } from "vitest";
import { parsePlan } from "../../src/plan/parse.ts";
import { checkTargets, resolveChange } from "../../src/plan/resolve.ts";
import { resolvePlan } from "../../src/plan/resolve-plan.ts";

const planOf = (text: string) => {
  const result = parsePlan(text);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.plan;
};
const targets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `t${index}`, host: `t${index}`, zone: null }));
const inputs = (count: number) => ({
  targets: targets(count),
  version: "2.0",
  environment: "staging",
  digest: "d",
});

const HEAD = "change-plan: 1\nchange: { id: CHG-1, title: Checkout }\n";
const BLUE_GREEN = `${HEAD}targets: { groups: { blue: { from: blue.csv }, green: { from: green.csv } }, version: cat VERSION }
strategy:
  blue-green:
    active: ./lb active
    switch: { run: ./lb switch, undo: ./lb back }
    bake: 10m
    parallel: 50%
apply: { each: [{ run: ./install, undo: ./remove }] }
health:
  checks: [{ name: cpu, prometheus: { server: env:METRICS, query: cpu }, below: 80 }]
`;
const LATE = `${HEAD}targets: { from: hosts.csv, version: cat VERSION }
strategy:
  rolling: { batches: [6], max-unavailable: 6, bake: 1m }
apply: { each: [{ run: ./install, undo: ./remove, timeout: 3m }] }
schedule: { windows: [{ days: [sat], from: "20:00", to: "22:00" }] }
`;

describe("the change of any valid plan", () => {
  it("changes one of two groups, by the first until it is known which is idle", () => {
    const plan = planOf(BLUE_GREEN);
    const change = resolvePlan(plan, inputs(8));
    expect(change.rollout).toEqual({
      strategy: "blue-green",
      batches: [["t0", "t1", "t2", "t3"]],
      maxUnavailable: 4,
      maxFailures: 0,
      parallel: 2,
      bakeMs: 600_000,
      blueGreen: {
        active: "./lb active",
        groups: [
          { name: "blue", targets: ["t0", "t1", "t2", "t3"] },
          { name: "green", targets: ["t4", "t5", "t6", "t7"] },
        ],
        switch: {
          name: "switch",
          run: "./lb switch",
          undo: "./lb back",
          on: "runner",
          timeoutMs: 600_000,
          retries: 0,
          irreversible: false,
        },
        keepMs: null,
      },
    });
    expect(change.rollback.parallel).toBe(1);
  });

  it("is the one that runs", () => {
    const plan = planOf(LATE);
    const resolved = resolveChange(plan, inputs(20));
    expect(resolved.ok && resolved.change).toEqual(resolvePlan(plan, inputs(20)));
  });
});

describe("targets that are known late", () => {
  const found = (count: number, text = LATE) =>
    checkTargets(planOf(text), targets(count)).map(
      ({ severity, code, line, column }) => `${severity} ${code} ${line}:${column}`,
    );

  it("are held against the rules that count", () => {
    expect(found(20)).toEqual([]);
    expect(found(0)).toEqual(["error no-targets 3:1"]);
    expect(found(6)).toEqual(["warning first-batch-large 5:24"]);
    expect(found(1)).toEqual(["warning strategy-misfit 5:3"]);
    expect(found(200)).toEqual(["error window-too-short 7:13"]);
    expect(found(2_000)).toEqual(["error batches-past-window 5:23"]);
  });

  it("may be too few for a part of a group to fail", () => {
    const text = BLUE_GREEN.replace("bake: 10m", "bake: 10m\n    max-failures: 2");
    expect(found(8, text)).toEqual([]);
    expect(found(4, text)).toEqual(["error max-failures-unreachable 9:19"]);
  });

  it("warn in a change that may run", () => {
    const plan = planOf(LATE.replace(/^schedule.*\n/m, ""));
    expect(resolveChange(plan, inputs(10))).toMatchObject({
      ok: true,
      issues: [{ code: "first-batch-large" }],
    });
  });

  it("are not counted again where the plan names them itself", () => {
    const plan = planOf(LATE.replace("from: hosts.csv", 'hosts: [{ name: "web-[1:20]" }]'));
    expect(checkTargets(plan, targets(1))).toEqual([]);
  });
});

describe("the default of `stable`", () => {
  const stableOf = (health: string) => {
    const result = parsePlan(`${LATE}health: { ${health} }\n`);
    return result.ok ? resolvePlan(result.plan, inputs(20)).health.stableMs : null;
  };

  it.each([
    ["", 30_000],
    ["deadline: 1m", 30_000],
    ["deadline: 20s", 10_000],
    ["deadline: 5ms", 2],
    ["stable: 30s, deadline: 31s", 30_000],
    ["stable: 0s", 0],
  ])("with {%s} is %i ms", (health, ms) => {
    expect(stableOf(health)).toBe(ms);
  });

  it("is the same plan as the one that writes it out", () => {
    expect(parsePlan(`${LATE}health: { deadline: 20s }\n`)).toEqual(
      parsePlan(`${LATE}health: { deadline: 20s, stable: 10s }\n`),
    );
  });
});
