import { describe, expect, it } from "vitest";
import { checkAgainstTime } from "../../src/plan/check-against-time.ts";
import { parsePlan } from "../../src/plan/parse.ts";
import { listPlanTargets } from "../../src/plan/plan-targets.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const HEAD = `change-plan: 1
change: { id: CHG-1, title: Checkout }
targets: { hosts: [{ name: "web-[01:10]" }], version: cat VERSION }
strategy: { rolling: { batches: [1, 50%], bake: 1m } }
apply: { each: [{ run: ./install, undo: ./remove, timeout: 1m }] }
schedule:
`;
const EMERGENCY = `team: { security: [octocat] }
approvals: [{ environment: production, from: [octocat] }]
`;

const found = (schedule: string, nowMs = NOW, head = HEAD) => {
  const result = parsePlan(`${head}  ${schedule.replaceAll("\n", "\n  ")}\n`);
  if (!result.ok) throw new Error(JSON.stringify(result.issues));
  const targets = listPlanTargets(result.plan) ?? [];
  return checkAgainstTime(result.plan, nowMs, targets).map(
    ({ severity, code, path, line, column }) => `${severity} ${code} ${path} ${line}:${column}`,
  );
};

describe("a plan at the time when it is asked about", () => {
  it("has nothing to mend without a schedule, and while its window is still to come", () => {
    expect(found("windows: [{ from: 2026-11-27T18:00, to: 2026-11-29T12:00 }]")).toEqual([]);
    expect(found("windows: []")).toEqual([]);
    expect(found("timezone: UTC")).toEqual([]);
  });

  it("is refused when its window is over, and not a minute before", () => {
    const schedule = "timezone: Asia/Seoul\nwindows: [{ from: 2026-11-21T18:00, to: 2026-11-22T21:00 }]";
    expect(found(schedule, NOW - 1)).toEqual(["warning window-closing schedule.windows 8:3"]);
    expect(found(schedule, NOW)).toEqual(["error window-past schedule.windows[0] 8:13"]);
  });

  it("is refused only when all of its windows are over", () => {
    const past = "{ from: 2026-11-01T18:00, to: 2026-11-03T21:00 }";
    const last = "{ from: 2026-11-07T18:00, to: 2026-11-09T21:00 }";
    const ahead = "{ from: 2026-12-07T18:00, to: 2026-12-09T21:00 }";
    expect(found(`windows: [${past}, ${ahead}]`)).toEqual([]);
    expect(found(`windows:\n  - ${past}\n  - ${last}`)).toEqual([
      "error window-past schedule.windows[1] 9:7",
    ]);
    expect(found(`windows: [${past}, { days: [mon], from: "18:00", to: "06:00" }]`)).toEqual([]);
  });

  it("is refused when freezes leave nothing of a whole year", () => {
    const frozen = "freezes: [{ from: 2026-11-01T00:00, to: 2028-01-01T00:00 }]";
    expect(found(`windows: [{ days: [sat], from: "18:00", to: "06:00" }]\n${frozen}`)).toEqual([
      "error no-opening schedule.windows 7:3",
    ]);
    expect(found(frozen)).toEqual(["error no-opening schedule.freezes 7:3"]);
  });

  it("is refused when its only window is further away than a year", () => {
    expect(found("windows: [{ from: 2029-01-01T00:00, to: 2029-01-02T00:00 }]")).toEqual([
      "error no-opening schedule.windows 7:3",
    ]);
  });

  it("warns when what is left of the window is too short", () => {
    const schedule = "windows: [{ from: 2026-11-21T00:00, to: 2026-11-22T12:10 }]";
    expect(found(schedule, NOW - 86_400_000)).toEqual([]);
    expect(found(schedule, NOW)).toEqual(["warning window-closing schedule.windows 7:3"]);
  });

  it("is not bound by windows in an emergency", () => {
    const emergency = `${EMERGENCY}${HEAD.replace("Checkout", "Checkout, type: emergency")}`;
    expect(found("windows: [{ from: 2026-11-01T18:00, to: 2026-11-03T21:00 }]", NOW, emergency)).toEqual([]);
  });
});

describe("a weekly window that the change of the clock swallows", () => {
  // Windows of less than an hour are too short for a plan, so another one stands beside each.
  const BESIDE = '{ days: [wed], from: "12:00", to: "00:00" }';

  it.each([
    ["Europe/Berlin", "sun", "02:10", "02:50"],
    ["America/New_York", "sun", "01:10", "01:50"],
    ["America/New_York", "sun", "02:10", "02:50"],
    ["Australia/Lord_Howe", "sun", "02:05", "02:25"],
    ["Africa/Cairo", "fri", "00:10", "00:50"],
  ])("in %s on %s from %s to %s is refused", (timezone, day, from, to) => {
    const window = `{ days: [${day}], from: "${from}", to: "${to}" }`;
    expect(found(`timezone: ${timezone}\nwindows: [${BESIDE}, ${window}]`)).toEqual([
      expect.stringMatching(/^error window-vanishes schedule\.windows\[1\] 8:\d+$/),
    ]);
  });

  it.each([
    ["Europe/Berlin", "sat", "02:10", "02:50"],
    ["Europe/Berlin", "sun", "01:30", "03:30"],
    ["Europe/Berlin", "sun", "02:30", "05:00"],
    ["Asia/Seoul", "sun", "02:10", "02:50"],
    ["America/Phoenix", "sun", "02:10", "02:50"],
  ])("is not the one in %s on %s from %s to %s", (timezone, day, from, to) => {
    const window = `{ days: [${day}], from: "${from}", to: "${to}" }`;
    expect(found(`timezone: ${timezone}\nwindows: [${BESIDE}, ${window}]`)).toEqual([]);
  });
});
