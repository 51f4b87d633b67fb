import { describe, expect, it } from "vitest";
import type { Script } from "../fakes/theatre.ts";
import { ALL_BACK, firedAt, firstUndo, MINUTE, shop, whileTuning } from "./shop.ts";

describe("F1: the service is down for more than 15 minutes: back, at once and by itself", () => {
  it("fires after 15 minutes, not before, and the first undo starts within a second", async () => {
    const theatre = shop(whileTuning("shop", () => "ill"));
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.last("trigger-fired")).toMatchObject({
      trigger: "outage",
      severity: "critical",
      by: null,
    });
    const downMs = firedAt(theatre) - theatre.startOf("Tune queries");
    expect(downMs).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(downMs).toBeLessThanOrEqual(15 * MINUTE + 10_000);
    expect([...theatre.versions.values()]).toEqual(ALL_BACK);
  });

  it("waits for the step under way, of which nobody knows how far it is, and starts no other", async () => {
    const theatre = shop(whileTuning("shop", () => "ill"));
    await theatre.run();
    const undo = firstUndo(theatre);
    expect(undo.name).toBe("undo Tune queries");
    expect(undo.atMs - (theatre.startOf("Tune queries") + 115 * MINUTE)).toBeLessThanOrEqual(1_000);
    expect(theatre.story).not.toContain("Warm caches");
  });

  it("with nothing under way the first undo comes within a second", async () => {
    const theatre = shop({
      read: (check, _, { versions }) =>
        check === "shop" && versions.get("web-1") === "2.0" ? "ill" : undefined,
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.last("trigger-fired").trigger).toBe("health-gate");
    expect(firstUndo(theatre).atMs - firedAt(theatre)).toBeLessThanOrEqual(1_000);
  });

  it("14 minutes and 50 seconds of it are none, and one good answer starts the count anew", async () => {
    const theatre = shop(
      whileTuning("shop", (sinceMs) => {
        const minutes = sinceMs / MINUTE;
        return minutes < 14.8 || (minutes > 15 && minutes < 29.8) ? "ill" : undefined;
      }),
    );
    expect(await theatre.run()).toBe("succeeded");
    expect(theatre.all("trigger-fired")).toEqual([]);
    expect(theatre.all("breach-began").filter(({ trigger }) => trigger === "outage")).toHaveLength(2);
  });

  it("a monitor that does not answer counts for neither", async () => {
    const theatre = shop(
      whileTuning("shop", (sinceMs) => (sinceMs % (10 * MINUTE) < 5 * MINUTE ? "ill" : null)),
    );
    await theatre.run();
    expect(theatre.last("trigger-fired").trigger).toBe("outage");
    const downMs = firedAt(theatre) - theatre.startOf("Tune queries");
    expect(downMs).toBeGreaterThanOrEqual(25 * MINUTE);
  });
});

describe("F2: data loss is detected", () => {
  const loss = (): Script => {
    let isRestored = false;
    return {
      behave: ({ script }) => {
        if (script.startsWith("pg_restore --clean")) isRestored = true;
        return undefined;
      },
      read: (check, _, { story }) =>
        check === "orders lost" && story.includes("web-2 Enable") ? (isRestored ? 0 : 7) : undefined,
    };
  };

  it("rolls back at once and restores the backup after the servers are back", async () => {
    const theatre = shop(loss());
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.last("trigger-fired")).toMatchObject({ trigger: "data loss", severity: "critical" });
    const { story } = theatre;
    expect(story.filter((line) => line.startsWith("restore "))).toEqual(["restore database"]);
    expect(story.indexOf("restore database")).toBeGreaterThan(story.lastIndexOf("web-1 undo Drain"));
    expect(story.indexOf("restore database")).toBeGreaterThan(story.indexOf("undo Schema"));
  });
});

describe("F3: a security breach", () => {
  it("answers before the first undo, and within a second of the sample", async () => {
    const theatre = shop({
      read: (check, _, { story }) =>
        check === "intrusion" && story.includes("web-1 Enable") ? "ill" : undefined,
    });
    await theatre.run();
    const { story } = theatre;
    expect(theatre.all("trigger-fired")[0]).toMatchObject({ trigger: "breach", severity: "critical" });
    expect(theatre.startOf("Isolate") - Date.parse(theatre.all("trigger-fired")[0]!.at)).toBeLessThanOrEqual(
      1_000,
    );
    const undo = story.findIndex((line) => line.includes("undo "));
    expect(story.slice(undo - 2, undo)).toEqual(["Isolate", "Harden"]);
  });
});

describe("F4: lasting overload: CPU above 95 % for 10 minutes", () => {
  it.each([
    [95, "succeeded"],
    [95.1, "rolled-back"],
  ] as const)("at %s %% it ends as %s", async (percent, outcome) => {
    const theatre = shop(whileTuning("cpu", (sinceMs) => (sinceMs < 20 * MINUTE ? percent : undefined)));
    expect(await theatre.run()).toBe(outcome);
  });

  it("fires after ten minutes on any one server", async () => {
    const script = whileTuning("cpu", () => 97);
    const theatre = shop({
      ...script,
      read: (check, target, all) => (target === "web-3" ? script.read!(check, target, all) : undefined),
    });
    expect(await theatre.run()).toBe("rolled-back");
    const fired = theatre.last("trigger-fired");
    expect(fired).toMatchObject({ trigger: "overload", reason: expect.stringContaining("web-3") });
    const lastedMs = firedAt(theatre) - theatre.startOf("Tune queries");
    expect(lastedMs).toBeGreaterThanOrEqual(10 * MINUTE);
    expect(lastedMs).toBeLessThan(10 * MINUTE + 15_000);
  });

  it("nine minutes of it, again and again, are no lasting overload", async () => {
    const theatre = shop(whileTuning("cpu", (sinceMs) => (sinceMs % (10 * MINUTE) < 9 * MINUTE ? 99 : 50)));
    expect(await theatre.run()).toBe("succeeded");
  });
});
