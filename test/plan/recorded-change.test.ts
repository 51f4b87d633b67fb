import { describe, expect, it } from "vitest";
import { reloadChange } from "../../src/compose/load-change.ts";
import type { Change } from "../../src/plan/change.ts";
import { RecordedChange } from "../../src/plan/recorded-change.ts";
import { aChange, aStep } from "../fakes/change.ts";

const PROBES: Change["health"]["checks"][number]["probe"][] = [
  { kind: "http", url: "http://{host}/", status: 200, bodyContains: null },
  { kind: "tcp", host: "{host}", port: 80 },
  { kind: "run", command: "true", on: "runner" },
  { kind: "prometheus", server: "env:PROMETHEUS", query: "up", bearer: "env:TOKEN", basic: null },
];
const checks = PROBES.map((probe) => ({ name: probe.kind, probe, timeoutMs: 500, below: 3, above: null }));
const change = aChange({
  apply: { before: [aStep({ undo: null, irreversible: true })] },
  health: { checks },
});
const keep = (kept: object) => ({ inputs: JSON.stringify(kept) });
const kept = { format: 1, actionVersion: "0.0.1", commit: null, change };

describe("the change that a journal keeps", () => {
  it("comes back exactly as it was resolved", () => {
    expect(RecordedChange.parse(JSON.parse(JSON.stringify(change)))).toEqual(change);
    expect(reloadChange(keep(kept))).toEqual(change);
  });

  it.each([
    ["nothing", { inputs: null }],
    ["no JSON", { inputs: "{" }],
    ["another format", keep({ ...kept, format: 2 })],
    ["a missing part", keep({ ...kept, change: { ...change, rollout: undefined } })],
    ["a part that only a newer version carries out", keep({ ...kept, change: { ...change, triggers: [] } })],
    [
      "an empty batch",
      keep({ ...kept, change: { ...change, rollout: { ...change.rollout, batches: [[]] } } }),
    ],
  ])("is refused where it holds %s", (_, files) => {
    expect(() => reloadChange(files)).toThrow(expect.objectContaining({ code: "JOURNAL_CORRUPT" }));
  });
});
