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

describe("the time budget of a rollback", () => {
  it.each([
    ["a backup that is restored", 'pg_restore --clean --dbname shop "$BACKUP_FILE"'],
    ["a once-step that is undone", "./ops/migrate down"],
  ])("counts %s as restoring, and not as verifying", async (_, slow) => {
    let isRestored = false;
    const theatre = shop(
      {
        behave: ({ script }) => {
          isRestored ||= script.startsWith("pg_restore --clean");
          return script === slow ? { ms: 40 * MINUTE } : undefined;
        },
        read: (check, __, { story }) =>
          check === "orders lost" && story.includes("web-2 Enable") && !isRestored ? 7 : undefined,
      },
      [
        ["undo: ./ops/migrate down, timeout: 10m", "undo: ./ops/migrate down, timeout: 1h"],
        [
          '    restore: pg_restore --clean --dbname shop "$BACKUP_FILE"',
          '    restore: pg_restore --clean --dbname shop "$BACKUP_FILE"\n    timeout: 1h',
        ],
      ],
    );
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.all("budget-passed").map(({ budget }) => budget)).toEqual(["rollback.restore"]);
  });
});

describe("a trigger about a share of the targets", () => {
  const share = ["above: 95, for: 10m }", "above: 95, share: 50%, for: 10m }"] as const;

  it("fires though one target's answer is always late and empty", async () => {
    const theatre = shop(
      whileTuning("cpu", () => 99),
      [share],
    );
    const { read } = whileTuning("cpu", () => 99);
    const mute = shop(
      {
        ...whileTuning("cpu", () => 99),
        read: (check, target, stage) =>
          target === "web-6" && check === "cpu" && stage.story.includes("Tune queries")
            ? null
            : read!(check, target, stage),
      },
      [share],
    );
    expect(await theatre.run()).toBe("rolled-back");
    expect(await mute.run()).not.toBe("succeeded");
    const lastedMs = Date.parse(mute.all("trigger-fired")[0]!.at) - mute.startOf("Tune queries");
    expect(mute.all("trigger-fired")[0]!.trigger).toBe("overload");
    expect(lastedMs).toBeLessThan(11 * MINUTE);
  });
});

describe("a window that is too short for the first batch and a full rollback", () => {
  it("is refused at the gate, before hours of backups", async () => {
    const theatre = shop({ startAt: "2026-11-28T20:00:00Z" });
    expect(await theatre.run()).toBe("rejected");
    expect(theatre.last("finished")).toMatchObject({ reasonCode: "window-closed" });
    expect(theatre.ran).toEqual([]);
  });

  it("begins no once-step either, where the backups took too long", async () => {
    const theatre = shop({
      behave: ({ script }) => (script.startsWith("pg_dump") ? { ms: 35 * 60 * MINUTE } : undefined),
    });
    expect(await theatre.run()).toBe("held");
    expect(theatre.last("finished")).toMatchObject({ reasonCode: "window-closed" });
    expect(theatre.story).not.toContain("Schema");
  });
});
