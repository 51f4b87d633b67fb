import { describe, expect, it } from "vitest";
import type { Script } from "../fakes/theatre.ts";
import { ALL_BACK, MINUTE, shop, whileTuning } from "./shop.ts";

describe("F5: performance down by more than half: a person reviews", () => {
  const slow = whileTuning("latency", (sinceMs) => (sinceMs < 0 ? 200 : sinceMs < 20 * MINUTE ? 301 : 200));
  const script: Script = {
    ...slow,
    read: (check, target, theatre) =>
      slow.read!(check, target, theatre) ?? (check === "latency" ? 200 : undefined),
  };

  it("asks after five minutes, with the question where people read, and starts nothing meanwhile", async () => {
    const theatre = shop(script);
    theatre.say("continue", 4 * 60 * MINUTE);
    expect(await theatre.run()).toBe("rolled-back");
    const asked = theatre.all("trigger-fired")[0]!;
    expect(asked).toMatchObject({ trigger: "slow", severity: "warning" });
    const slowMs = Date.parse(asked.at) - theatre.startOf("Tune queries");
    expect(slowMs).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(slowMs).toBeLessThan(5 * MINUTE + 10_000);
    const { issue } = theatre.issues[0]!;
    expect(issue.labels).toContain("question");
    expect(issue.body).toContain("/continue");
    expect(theatre.story).not.toContain("Warm caches");
  });

  it("nobody answers in time: `otherwise` happens, with the warning as its reason", async () => {
    const theatre = shop(script);
    expect(await theatre.run()).toBe("rolled-back");
    const asked = theatre.all("trigger-fired")[0]!;
    const expired = theatre.last("question-expired");
    expect(Date.parse(expired.at) - Date.parse(asked.at)).toBe(15 * MINUTE);
    expect(theatre.last("trigger-fired")).toMatchObject({ trigger: "unanswered", by: null });
    expect(theatre.last("trigger-fired").reason).toContain(asked.reason);
  });

  it.each([
    ["continue", "succeeded"],
    ["hold", "held"],
    ["rollback", "rolled-back"],
    ["abort", "interrupted"],
  ] as const)("the answer /%s ends it as %s", async (command, outcome) => {
    const theatre = shop(script);
    theatre.watch = (event) => {
      if (event.kind === "trigger-fired" && event.trigger === "slow") theatre.say(command, 5 * MINUTE);
    };
    expect(await theatre.run()).toBe(outcome);
    expect(theatre.last("commanded")).toMatchObject({ command, by: "hubot", role: "manager" });
    expect(theatre.all("question-expired")).toEqual([]);
  });
});

describe("F6: many functional errors, many complaints, odd behaviour: a person reviews", () => {
  it.each([
    [5, 0],
    [6, 1],
  ])("%s complaints ask %s times", async (count, questions) => {
    const theatre = shop({ count: (label) => (label === "incident" ? count : 0) });
    await theatre.run();
    const asked = theatre.all("trigger-fired").filter(({ trigger }) => trigger === "complaints");
    expect(asked).toHaveLength(questions);
    for (const { reason } of asked) expect(reason).toContain("6 open issues");
  });

  it("complaints that cannot be counted are none, and no answer to a question either", async () => {
    const theatre = shop({ count: () => null });
    expect(await theatre.run()).toBe("succeeded");
  });

  it("functional errors above their limit for a minute ask, and a second warning asks no second question", async () => {
    const errors = whileTuning("errors", (sinceMs) => (sinceMs < 30 * MINUTE ? 21 : 0));
    const theatre = shop({ ...errors, count: (_, { story }) => (story.includes("Tune queries") ? 9 : 0) });
    expect(await theatre.run()).toBe("rolled-back");
    const warnings = theatre.all("trigger-fired").filter(({ severity }) => severity === "warning");
    expect(warnings.map(({ trigger }) => trigger).sort()).toEqual(["complaints", "functional errors"]);
    expect(theatre.all("question-expired")).toHaveLength(1);
  });

  it("odd behaviour that only a person sees is theirs to say, at any time", async () => {
    const theatre = shop();
    theatre.say("rollback", 34 * MINUTE);
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.last("trigger-fired")).toMatchObject({ trigger: "manual", by: "hubot" });
    expect([...theatre.versions.values()]).toEqual(ALL_BACK);
  });
});
