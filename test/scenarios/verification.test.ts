import { describe, expect, it } from "vitest";
import type { Theatre } from "../fakes/theatre.ts";
import { shop } from "./shop.ts";

const MINUTE = 60_000;
const FRIDAY_18 = "2026-11-27T09:00:00Z";
const ALL_BACK = Array(6).fill("1.0");

/** Every server is undone, newest batch first, and what came before and after them too. */
async function expectRollback(theatre: Theatre, name: string): Promise<void> {
  expect(await theatre.run()).toBe("rolled-back");
  expect(theatre.last("trigger-fired")).toMatchObject({
    trigger: "verification",
    reason: expect.stringContaining(name),
  });
  expect([...theatre.versions.values()]).toEqual(ALL_BACK);
  const undone = theatre.story.slice(theatre.story.indexOf("Warm caches") + 1);
  expect(undone[0]).toBe("undo Tune queries");
  expect(undone[1]).toBe("web-6 undo Enable");
  expect(undone.indexOf("undo Schema")).toBeGreaterThan(undone.lastIndexOf("web-1 undo Drain"));
  expect(undone.at(-1)).toBe("undo Announce");
}

describe("E1: core functions: log in and out, main process, reading and entering data, reports", () => {
  const NAMES = ["Log in and out", "Main business process", "Reading and entering data", "Reports"];

  it("asks each by name, one after the other, once everything is deployed", async () => {
    const theatre = shop();
    await theatre.run();
    const asked = theatre.all("check-asked").filter(({ phase }) => phase === "verify");
    expect(asked.slice(0, 4).map(({ name }) => name)).toEqual(NAMES);
    const deployed = theatre.all("phase-reached").find(({ phase }) => phase === "deploy")!;
    expect(asked.every(({ at }) => at >= deployed.at)).toBe(true);
    const times = asked.map(({ at }) => Date.parse(at));
    expect(new Set(times).size).toBe(times.length);
  });

  it.each(NAMES)("%s failing rolls all of it back", async (name) => {
    const theatre = shop({ read: (check) => (check === name ? "ill" : undefined) });
    await expectRollback(theatre, name);
    const asked = theatre.all("check-asked").filter(({ phase }) => phase === "verify");
    expect(asked.at(-1)).toMatchObject({ name, passed: false });
  });

  it("without an answer it is no success either", async () => {
    await expectRollback(shop({ read: (check) => (check === "Reports" ? null : undefined) }), "Reports");
  });
});

describe("E2: integration: outside systems, interfaces, synchronised data, notifications", () => {
  it.each(["Payment provider", "API", "Synchronised data", "Notifications"])(
    "%s failing rolls all of it back",
    async (name) => {
      await expectRollback(shop({ read: (check) => (check === name ? "ill" : undefined) }), name);
    },
  );
});

describe("E3: tuning as steps of the change", () => {
  it("runs after the last batch has baked, and before the verification", async () => {
    const theatre = shop();
    await theatre.run();
    expect(theatre.startOf("Tune queries")).toBeGreaterThanOrEqual(
      Date.parse(theatre.last("batch-passed").at),
    );
    expect(theatre.startOf("Warm caches")).toBeGreaterThan(theatre.startOf("Tune queries"));
    const verified = theatre.all("check-asked").find(({ phase }) => phase === "verify")!;
    expect(Date.parse(verified.at)).toBeGreaterThan(theatre.startOf("Warm caches"));
  });

  it("that fails is undone first, and everything else after it", async () => {
    const theatre = shop({
      behave: ({ script }) => (script === "./ops/tune queries" ? { code: 3 } : undefined),
    });
    expect(await theatre.run()).toBe("rolled-back");
    const { story } = theatre;
    expect(story[story.indexOf("Tune queries") + 1]).toBe("undo Tune queries");
    expect([...theatre.versions.values()]).toEqual(ALL_BACK);
  });
});

describe("E4: benchmarks against limits, and against before", () => {
  it.each([
    ["Concurrent users", 500, 501],
    ["Transactions", 200, 201],
    ["Response", 3_000, 2_999],
  ] as const)("%s: %s is not enough, %s is", async (name, limit, enough) => {
    await expectRollback(shop({ read: (check) => (check === name ? limit : undefined) }), name);
    const good = shop({ read: (check) => (check === name ? enough : undefined) });
    expect(await good.run()).toBe("succeeded");
    const measured = good.all("check-asked").find((one) => one.name === name)!.measurements;
    expect(measured[0]).toMatchObject({ value: enough, verdict: "healthy" });
  });

  it("measures what is normal over ten minutes, before the first touch", async () => {
    let samples = 0;
    const theatre = shop({
      read: (check, _, { state }) => {
        if (check !== "latency") return undefined;
        if (!state.progress.reached.has("prepare")) samples++;
        return samples % 2 === 0 ? 100 : 200;
      },
    });
    await theatre.run();
    const { value, at } = theatre.last("baseline-recorded");
    expect(value).toBeGreaterThan(149);
    expect(value).toBeLessThan(151);
    expect(samples).toBeGreaterThanOrEqual(10 * 12);
    expect(Date.parse(at)).toBeLessThan(theatre.startOf("run system"));
    expect(Date.parse(at) - Date.parse(FRIDAY_18)).toBeGreaterThanOrEqual(10 * MINUTE);
  });

  it.each([
    [150, "succeeded"],
    [151, "rolled-back"],
  ] as const)("after 100 ms before, %s ms on the new version end as %s", async (after, outcome) => {
    const theatre = shop({
      read: (check, _, { state }) =>
        check === "latency" ? (state.batch.index > 0 && state.rollback === null ? after : 100) : undefined,
      behave: ({ script }) => (script === "./ops/tune queries" ? { ms: 30 * MINUTE } : undefined),
    });
    expect(await theatre.run()).toBe(outcome);
    expect(theatre.all("trigger-fired").some(({ trigger }) => trigger === "slow")).toBe(
      outcome !== "succeeded",
    );
  });

  it("keeps the planned time of each phase against the real one, and tells of one that is passed", async () => {
    const theatre = shop(
      { behave: ({ script }) => (script === "./ops/tune queries" ? { ms: 90 * MINUTE } : undefined) },
      [["apply: 6h", "apply: 1h"]],
    );
    expect(await theatre.run()).toBe("succeeded");
    const passed = theatre.all("budget-passed");
    expect(passed.map(({ budget, budgetMs }) => [budget, budgetMs])).toEqual([["apply", 60 * MINUTE]]);
    expect(theatre.titles("warning")).toHaveLength(1);
  });
});
