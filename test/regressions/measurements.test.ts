import { expect, it } from "vitest";
import { lastNumber } from "../../src/adapters/probe/last-number.ts";
import { readQueryAnswer } from "../../src/adapters/probe/query-answer.ts";
import { type Reading, Theatre } from "../fakes/theatre.ts";
import { loadScenario } from "../scenarios/load.ts";
import { MINUTE, shop, whileTuning } from "../scenarios/shop.ts";
import { firedMs, fleet, hasNew, SECOND, versionsOf } from "./fleet.ts";

const NOW_MS = Date.parse("2026-11-27T12:00:00Z");
const answer = (value: unknown, ageSeconds = 0) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(
    JSON.stringify({
      status: "success",
      data: { resultType: "vector", result: [{ value: [NOW_MS / 1_000 - ageSeconds, value] }] },
    }),
  ),
  isCut: false,
  ms: 1,
});

/** On every target that has the new version, from its installation on. */
const onNew = (reading: (sinceMs: number) => Reading) => {
  const since = new Map<string, number>();
  return (_: string, target: string | null, theatre: Theatre) => {
    if (!hasNew(theatre, target)) return undefined;
    const nowMs = theatre.clock.now();
    if (!since.has(target!)) since.set(target!, nowMs);
    return reading(nowMs - since.get(target!)!);
  };
};

it("argo-rollouts#1329: a run that ends before anything was measured is no success", async () => {
  const theatre = fleet({ read: onNew(() => null) });
  expect(await theatre.run()).toBe("rolled-back");
  expect(theatre.all("batch-passed")).toEqual([]);
  expect(theatre.last("trigger-fired").trigger).toBe("health-gate");
});

it("argo-rollouts#1466: what cannot be measured passes no gate", async () => {
  const theatre = fleet({ read: onNew((sinceMs) => (sinceMs % (15 * SECOND) < 5 * SECOND ? null : "well")) });
  expect(await theatre.run()).toBe("rolled-back");
  expect(theatre.all("bake-started")).toEqual([]);
});

it("argo-rollouts#180: an answer without a fresh, finite number is no measurement", () => {
  expect(readQueryAnswer(answer("0.5"), NOW_MS)).toEqual({ ok: true, value: 0.5 });
  for (const value of ["NaN", "+Inf", "-Inf", "", null, 1]) {
    expect(readQueryAnswer(answer(value), NOW_MS).ok).toBe(false);
  }
  expect(readQueryAnswer(answer("0.5", 3_600), NOW_MS).ok).toBe(false);
  expect(readQueryAnswer({ ...answer("0.5"), status: 503 }, NOW_MS).ok).toBe(false);
});

it("argo-rollouts#3503: what cannot be measured proves no failure either", async () => {
  const theatre = shop(whileTuning("cpu", () => null));
  expect(await theatre.run()).toBe("succeeded");
  expect(theatre.all("trigger-fired")).toEqual([]);
});

it("keptn#1496: an empty answer is not zero", async () => {
  const empty = {
    ...answer("1"),
    body: Buffer.from('{"status":"success","data":{"resultType":"vector","result":[]}}'),
  };
  expect(readQueryAnswer(empty, NOW_MS)).toMatchObject({ ok: false });
  for (const text of ["", "\n", "none", "NaN"]) expect(lastNumber(text)).toBeNull();
  // `orders lost` has to be below 1, which zero would be.
  const theatre = shop({
    read: (check, _, { versions }) =>
      check === "orders lost" && versions.get("web-1") === "2.0" ? null : undefined,
  });
  expect(await theatre.run()).toBe("rolled-back");
});

it("argo-rollouts#1360: a check that has not been asked yet holds the gate", async () => {
  const theatre = fleet({}, [
    ["  checks:\n", "  checks:\n    - { name: late, scope: service, run: ./late, timeout: 20s }\n"],
  ]);
  let isAsked = false;
  theatre.watch = (event) => {
    if (event.kind === "service-changed" && event.verdict === "healthy") isAsked = true;
    if (event.kind === "bake-started" && event.batch === 0) expect(isAsked).toBe(true);
  };
  expect(await theatre.run()).toBe("succeeded");
  expect(isAsked).toBe(true);
});

it("argo-rollouts#1411: one answer of several does not decide for the others", async () => {
  const theatre = fleet(
    { read: (check, target, stage) => (check === "disk" && hasNew(stage, target) ? null : undefined) },
    [["  checks:\n", "  checks:\n    - { name: disk, run: ./disk, below: 80 }\n"]],
  );
  expect(await theatre.run()).toBe("rolled-back");
  // And the one that is missing is named.
  expect(theatre.last("trigger-fired").reason).toContain("disk: no value");
});

it("nomad#11267: slow health has an end, to the second", async () => {
  const theatre = fleet({ read: onNew(() => "ill") });
  expect(await theatre.run()).toBe("rolled-back");
  const settledMs = theatre.startOf("web-01 Install") + SECOND;
  expect(firedMs(theatre) - settledMs).toBe(MINUTE);
});

it("hushh-research#4441: healthy takes three good samples in a row, and a bad one starts the row anew", async () => {
  const pattern: readonly Reading[] = ["well", "well", "ill", "well", "well", "ill"];
  let at = 0;
  const theatre = fleet({
    read: (_, target, stage) =>
      target === "web-01" && hasNew(stage, target) ? (pattern[at++] ?? "well") : undefined,
  });
  expect(await theatre.run()).toBe("succeeded");
  const healthy = theatre
    .all("health-changed")
    .find((one) => one.target === "web-01" && one.verdict === "healthy")!;
  expect(at).toBeGreaterThanOrEqual(pattern.length + 3);
  expect(Date.parse(healthy.at) - theatre.startOf("web-01 Install")).toBeGreaterThan(
    pattern.length * 5 * SECOND,
  );
});

it("argo-rollouts#4792: a condition has to hold for its time, whatever single samples say", async () => {
  const spike = shop(whileTuning("cpu", (sinceMs) => (sinceMs % (5 * MINUTE) < 4 * MINUTE ? 99 : 50)));
  expect(await spike.run()).toBe("succeeded");
  const lasting = shop(whileTuning("cpu", () => 99));
  expect(await lasting.run()).toBe("rolled-back");
  expect(firedMs(lasting) - lasting.startOf("Tune queries")).toBeGreaterThanOrEqual(10 * MINUTE);
});

it("argo-rollouts#2866: what a condition leads to is the plan's choice: one rolls back, another asks", async () => {
  const slow = whileTuning("latency", (sinceMs) => (sinceMs < 8 * MINUTE ? 900 : 200));
  const script = {
    ...slow,
    read: (...about: Parameters<NonNullable<typeof slow.read>>) =>
      slow.read!(...about) ?? (about[0] === "latency" ? 200 : undefined),
  };
  const asking = shop(script);
  asking.watch = (event) => {
    if (event.kind === "trigger-fired") asking.say("continue", MINUTE);
  };
  expect(await asking.run()).toBe("succeeded");
  expect(asking.all("trigger-fired").map(({ severity }) => severity)).toEqual(["warning"]);
  const rolling = shop(script, [["{ name: slow, severity: warning", "{ name: slow, severity: critical"]]);
  expect(await rolling.run()).toBe("rolled-back");
});

it("hivemoot-bot#135: degraded is not critical", async () => {
  const theatre = shop({ count: () => 6 });
  theatre.watch = (event) => {
    if (event.kind === "trigger-fired") theatre.say("continue", SECOND);
  };
  expect(await theatre.run()).toBe("succeeded");
  expect(theatre.titles("critical")).toEqual([]);
  expect(versionsOf(theatre)).toEqual(["2.0"]);
});

it("liquibase#7964: one approval covers all batches of a change, and a resume of it", async () => {
  const theatre = new Theatre(loadScenario("shop"), { startAt: "2026-11-27T09:00:00Z" });
  expect(await theatre.run({ killAt: ({ kind }) => kind === "batch-passed" })).toBe("killed");
  expect(await theatre.run()).toBe("succeeded");
  expect(theatre.all("approved")).toHaveLength(1);
});
