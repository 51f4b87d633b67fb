import { describe, expect, it } from "vitest";
import type { Script } from "../../fakes/theatre.ts";
import { MINUTE, shop, whileTuning } from "../../scenarios/shop.ts";

describe("a trigger that many targets break in the same moment", () => {
  const overload = "when: { check: cpu, above: 95, for: 10m } }";

  it("fires once, answers once and is told once", async () => {
    const answered = overload.replace("10m }", "10m }, respond: [{ name: Shed load, run: ./ops/shed }]");
    const theatre = shop(
      whileTuning("cpu", () => 99),
      [[overload, answered]],
    );
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.all("trigger-fired")).toHaveLength(1);
    expect(theatre.story.filter((line) => line === "Shed load")).toHaveLength(1);
  });

  it("asks one question where it is a warning", async () => {
    const theatre = shop(
      whileTuning("cpu", (sinceMs) => (sinceMs < 12 * MINUTE ? 99 : 50)),
      [["{ name: overload, severity: critical", "{ name: overload, severity: warning"]],
    );
    theatre.watch = (event) => {
      if (event.kind === "trigger-fired") theatre.say("continue", MINUTE);
    };
    expect(await theatre.run()).toBe("succeeded");
    expect(theatre.all("trigger-fired")).toHaveLength(1);
    expect(theatre.titles("warning")).toHaveLength(1);
  });
});

describe("complaints that are counted while the change ends", () => {
  it("do not undo an outcome that is recorded", async () => {
    const slow = whileTuning("errors", (sinceMs) => (sinceMs < 2 * MINUTE ? 99 : 0));
    const script: Script = {
      ...slow,
      announceMs: 59_000,
      count: async (_, { clock, state }) => {
        while (state.outcome === null) await clock.sleep(1_000);
        return 9;
      },
    };
    const theatre = shop(script, [["ask: 15m", "ask: 3h"]]);
    theatre.watch = (event) => {
      if (event.kind === "trigger-fired") theatre.say("continue", 113 * MINUTE + 40_000);
    };
    expect(await theatre.run()).toBe("succeeded");
    expect(theatre.journal.at(-1)!.kind).not.toBe("trigger-fired");
    expect(theatre.all("trigger-fired")).toHaveLength(1);
  });
});
