import { describe, expect, it } from "vitest";
import { parsePlan } from "../../src/plan/parse.ts";
import { resolveChange } from "../../src/plan/resolve.ts";

const HEAD = `change-plan: 1
change: { id: CHG-1, title: Checkout }
`;
const SMALL = `${HEAD}targets: { from: hosts.csv, version: cat VERSION }
strategy: { rolling: { batches: [1, 25%], bake: 1m } }
apply:
  before: [{ run: ./up, undo: ./down }]
  each:
    - { name: Look, run: ./look, read-only: true, on: runner }
    - { run: ./install, undo: ./remove, timeout: 5m, retries: 2 }
health:
  deadline: 2m
  checks:
    - { name: alive, http: { url: "http://{host}/", contains: ok }, below: 3s }
    - { name: port, tcp: { host: "{host}", port: 22 }, timeout: 1s }
    - { name: load, run: ./load, on: runner, above: 0, below: 0.8 }
    - { name: sane, run: ./sane }
`;

const planOf = (text: string) => {
  const result = parsePlan(text);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  return result.plan;
};
const targets = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `t${index}`, host: `t${index}`, zone: null }));
const resolve = (text: string, count: number) =>
  resolveChange(planOf(text), {
    targets: targets(count),
    version: "2.0",
    environment: "production",
    digest: "d",
  });

describe("a resolved change", () => {
  it("has every default filled in", () => {
    const result = resolve(SMALL, 8);
    expect(result).toMatchObject({
      ok: true,
      change: {
        id: "CHG-1",
        summary: null,
        ticket: null,
        environment: "production",
        version: "2.0",
        digest: "d",
        versionCommand: "cat VERSION",
        rollout: { strategy: "rolling", maxUnavailable: 2, maxFailures: 0, parallel: 2, bakeMs: 60_000 },
        rollback: { parallel: 2, budgets: { decideMs: 300_000, restoreMs: 1_800_000 } },
        health: { everyMs: 5_000, pass: 3, stableMs: 30_000, deadlineMs: 120_000 },
      },
    });
  });

  it("names its steps, and runs those that run once on the runner", () => {
    const result = resolve(SMALL, 8);
    const defaults = { timeoutMs: 600_000, retries: 0, irreversible: false };
    expect(result.ok && result.change.apply).toEqual({
      before: [{ ...defaults, name: "step 1", run: "./up", undo: "./down", on: "runner" }],
      each: [
        { ...defaults, name: "Look", run: "./look", undo: null, on: "runner" },
        {
          ...defaults,
          name: "step 2",
          run: "./install",
          undo: "./remove",
          on: "targets",
          timeoutMs: 300_000,
          retries: 2,
        },
      ],
      after: [],
    });
  });

  it("measures times in milliseconds and commands in their own unit", () => {
    const result = resolve(SMALL, 8);
    expect(result.ok && result.change.health.checks).toEqual([
      {
        name: "alive",
        probe: { kind: "http", url: "http://{host}/", status: 200, bodyContains: "ok" },
        timeoutMs: 5_000,
        below: 3_000,
        above: null,
        baselineMs: null,
      },
      {
        name: "port",
        probe: { kind: "tcp", host: "{host}", port: 22 },
        timeoutMs: 1_000,
        below: null,
        above: null,
        baselineMs: null,
      },
      {
        name: "load",
        probe: { kind: "run", command: "./load", on: "runner" },
        timeoutMs: 5_000,
        below: 0.8,
        above: 0,
        baselineMs: null,
      },
      {
        name: "sane",
        probe: { kind: "run", command: "./sane", on: "targets" },
        timeoutMs: 5_000,
        below: null,
        above: null,
        baselineMs: null,
      },
    ]);
  });

  it("never waits longer for one sample than for the whole gate", () => {
    const result = resolve(
      SMALL.replace("deadline: 2m", "deadline: 2s, stable: 0s, every: 1s".replaceAll(", ", "\n  ")),
      8,
    );
    expect(result.ok && result.change.health.checks[0]?.timeoutMs).toBe(2_000);
  });

  it("undoes at least one target at a time", () => {
    const result = resolve(SMALL, 2);
    expect(result.ok && result.change.rollback.parallel).toBe(1);
  });
});

describe("a plan whose targets are counted late", () => {
  const refused = (text: string, count: number) => {
    const result = resolve(text, count);
    return result.ok ? [] : result.issues.map(({ code, line, column }) => `${code} ${line}:${column}`);
  };

  it("is refused without any target, where the plan names them", () => {
    expect(refused(SMALL, 0)).toEqual(["no-targets 3:1"]);
  });

  it("is refused when so few targets leave none that may be unavailable", () => {
    const text = SMALL.replace("25%]", "25%], max-unavailable: 20%");
    expect(refused(text, 5)).toEqual([]);
    expect(refused(text, 4)).toEqual(["max-unavailable-none 4:60"]);
  });
});
