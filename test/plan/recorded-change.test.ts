import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { reloadChange } from "../../src/compose/load-change.ts";
import type { Change } from "../../src/plan/change.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { listPlanTargets } from "../../src/plan/plan-targets.ts";
import { RecordedChange } from "../../src/plan/recorded-change.ts";
import { resolvePlan } from "../../src/plan/resolve-plan.ts";
import { ChangeEvent } from "../../src/rollout/events.ts";
import { replay } from "../../src/rollout/replay.ts";
import { aChange, aStep, NOTHING_MORE } from "../fakes/change.ts";

const PROBES: Change["health"]["checks"][number]["probe"][] = [
  { kind: "http", url: "http://{host}/", status: 200, bodyContains: null },
  { kind: "tcp", host: "{host}", port: 80 },
  { kind: "run", command: "true", on: "runner" },
  { kind: "prometheus", server: "env:PROMETHEUS", query: "up", bearer: "env:TOKEN", basic: null },
];
const checks = PROBES.map((probe) => ({
  name: probe.kind,
  probe,
  timeoutMs: 500,
  below: 3,
  above: null,
  baselineMs: null,
}));
const change = aChange({
  apply: { before: [aStep({ undo: null, irreversible: true })] },
  health: { checks },
});
const FOLDER = "test/fixtures/plans/valid";
/** The largest says nothing that the others do not. */
const plans = readdirSync(FOLDER).filter((name) => !name.includes("hundred-thousand"));

function resolve(text: string): Change {
  const parsed = parsePlan(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const four = ["a", "b", "c", "d"].map((name) => ({ name, host: name, zone: null }));
  const targets = listPlanTargets(parsed.plan) ?? four;
  return resolvePlan(parsed.plan, { targets, version: "2.0", environment: "production", digest: "d" });
}

const keep = (kept: object) => ({ inputs: JSON.stringify(kept) });
const kept = { format: 1, actionVersion: "0.0.1", commit: null, change };

describe("the change that a journal keeps", () => {
  it("comes back exactly as it was resolved", () => {
    expect(RecordedChange.parse(JSON.parse(JSON.stringify(change)))).toEqual(change);
    expect(reloadChange(keep(kept))).toEqual(change);
  });

  it.each(plans)("comes back exactly, whatever the plan says: %s", (name) => {
    const whole = resolve(readFileSync(`${FOLDER}/${name}`, "utf8"));
    expect(reloadChange(keep({ ...kept, change: whole }))).toEqual(whole);
  });

  it("of a version that knew less is what that version would have done", () => {
    const { change: old, ...rest } = JSON.parse(readFileSync("test/fixtures/inputs/1.0.json", "utf8"));
    expect(Object.keys(old)).not.toContain("triggers");
    const reloaded = reloadChange(keep({ ...rest, change: old }));
    expect(reloaded).toMatchObject(old);
    expect(reloaded).toMatchObject(NOTHING_MORE);
    expect(reloaded).toMatchObject({
      ssh: null,
      rollout: { blueGreen: null },
      health: { service: [], checks: [{ baselineMs: null }] },
    });
  });

  it("of such a version is what its journal goes on with", () => {
    const inputs = readFileSync("test/fixtures/inputs/1.0.json", "utf8");
    const lines = readFileSync("test/fixtures/journals/1.0/succeeded.jsonl", "utf8").trimEnd().split("\n");
    const events = lines.slice(1).map((line) => ChangeEvent.parse(JSON.parse(line)));
    const state = replay(reloadChange({ inputs }), events);
    expect(state.outcome?.outcome).toBe("succeeded");
    expect([...state.targets.values()].map(({ status }) => status)).toEqual(Array(4).fill("updated"));
  });

  it.each([
    ["nothing", { inputs: null }],
    ["no JSON", { inputs: "{" }],
    ["another format", keep({ ...kept, format: 2 })],
    ["a missing part", keep({ ...kept, change: { ...change, rollout: undefined } })],
    ["a part that only a newer version carries out", keep({ ...kept, change: { ...change, canaries: [] } })],
    [
      "an empty batch",
      keep({ ...kept, change: { ...change, rollout: { ...change.rollout, batches: [[]] } } }),
    ],
  ])("is refused where it holds %s", (_, files) => {
    expect(() => reloadChange(files)).toThrow(expect.objectContaining({ code: "JOURNAL_CORRUPT" }));
  });
});
