import { describe, expect, it } from "vitest";
import type { CommandCall } from "../../src/ports.ts";
import { type Behaviour, type Script, Theatre } from "../fakes/theatre.ts";
import { loadPlanFile } from "./load.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Berlin is an hour ahead of UTC in March. */
const at = (text: string) => Date.parse(`${text}:00+01:00`);
const FRIDAY_18 = at("2027-03-05T18:00");
const SATURDAY_06 = at("2027-03-06T06:00");
const SUNDAY_12 = at("2027-03-07T12:00");

/** How long the steps of such a weekend take; the wait ends at six in the morning. */
const HOURS: readonly (readonly [string, number])[] = [
  ["./ops/restore-to-spare", 0.9],
  ["pg_dump", 0.9],
  ["./ops/snapshot create", 0.4],
  ["sudo /erp/bin/upgrade", 0.35],
  ["./ops/tune statistics", 0.4],
];

function weekend(script: Script = {}, replace: readonly (readonly [string, string])[] = []): Theatre {
  const change = loadPlanFile("examples/erp-weekend/plan.yml", { replace });
  return new Theatre(change, {
    startAt: new Date(FRIDAY_18).toISOString(),
    ...script,
    behave: (call, theatre) => script.behave?.(call, theatre) ?? usual(call, theatre),
  });
}

function usual({ script }: CommandCall, { clock }: Theatre): Behaviour | undefined {
  if (script.includes("wait-until")) return { ms: Math.max(0, SATURDAY_06 - clock.now()) };
  const known = HOURS.find(([start]) => script.startsWith(start));
  return known === undefined ? { ms: MINUTE } : { ms: known[1] * HOUR };
}

const timeOf = (theatre: Theatre, line: string) => theatre.startOf(line);

describe("G1: the weekend upgrade of an ERP system", () => {
  it("Friday 18:00 backup and preparation, Saturday 06:00 the work, verification after it, open before Sunday 12:00", async () => {
    const theatre = weekend();
    expect(await theatre.run()).toBe("succeeded");
    expect(Date.parse(theatre.last("gate-passed").at)).toBe(FRIDAY_18);
    expect(timeOf(theatre, "run system")).toBeGreaterThanOrEqual(FRIDAY_18 + HOUR);
    expect(timeOf(theatre, "Announce, and close the system to users")).toBeLessThan(SATURDAY_06);
    expect(timeOf(theatre, "Checkpoint: books are balanced")).toBeGreaterThanOrEqual(SATURDAY_06);
    expect(timeOf(theatre, "erp-db Stop")).toBeGreaterThanOrEqual(SATURDAY_06);
    const opened = timeOf(theatre, "undo Announce, and close the system to users");
    expect(opened).toBeGreaterThan(Date.parse(theatre.all("check-asked").at(-1)!.at));
    expect(Date.parse(theatre.last("finished").at)).toBeLessThan(SUNDAY_12);
  });

  it("makes three backups and proves each, hours before the first server is stopped", async () => {
    const theatre = weekend();
    await theatre.run();
    expect(theatre.all("backup-made").map(({ backup }) => backup)).toEqual([
      "system",
      "database",
      "configuration",
    ]);
    expect(theatre.last("backups-confirmed").ok).toBe(true);
    expect(Date.parse(theatre.last("backup-made").at)).toBeLessThan(SATURDAY_06);
  });

  it("passes the checkpoints between the steps, and the servers one after the other", async () => {
    const theatre = weekend();
    await theatre.run();
    const servers = ["erp-db", "erp-app-1", "erp-app-2", "erp-batch"];
    const stops = theatre.story.filter((line) => line.endsWith(" Stop") && !line.includes("undo"));
    expect(stops).toEqual(servers.map((name) => `${name} Stop`));
    for (const [i, name] of servers.slice(1).entries()) {
      const passed = Date.parse(theatre.all("batch-passed")[i]!.at);
      expect(timeOf(theatre, `${name} Stop`)).toBeGreaterThanOrEqual(passed);
      expect(passed - timeOf(theatre, `${servers[i]} Checkpoint: logs hold no error`)).toBeGreaterThan(
        10 * MINUTE,
      );
    }
    expect(theatre.story.filter((line) => line === "Checkpoint: books are balanced")).toHaveLength(2);
    expect(theatre.mostUnavailable).toBe(1);
  });

  it("stays within its budgets, and they within the window", async () => {
    const theatre = weekend();
    await theatre.run();
    expect(theatre.all("budget-passed")).toEqual([]);
  });

  it("a way back is ready at every moment: an error on Saturday evening ends with everything as it was", async () => {
    const theatre = weekend({
      read: (check, _, { story }) => (check === "Month-end report" && story.length > 0 ? "ill" : undefined),
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect([...theatre.versions.values()]).toEqual(Array(4).fill("1.0"));
    const undone = theatre.story.filter((line) => line.endsWith("undo Upgrade"));
    expect(undone).toEqual(
      ["erp-batch", "erp-app-2", "erp-app-1", "erp-db"].map((name) => `${name} undo Upgrade`),
    );
    expect(theatre.story.at(-1)).toBe("undo Announce, and close the system to users");
    expect(Date.parse(theatre.last("finished").at)).toBeLessThan(SUNDAY_12);
    expect(theatre.all("budget-passed")).toEqual([]);
  });

  it("data loss on Saturday restores the database of Friday", async () => {
    let isRestored = false;
    const theatre = weekend({
      behave: ({ script }) => {
        isRestored ||= script.startsWith("pg_restore --clean");
        return undefined;
      },
      read: (check, _, { story }) => {
        if (check !== "ledger") return undefined;
        return story.includes("erp-app-1 Start") && !isRestored ? 3 : 0;
      },
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.last("trigger-fired").trigger).toBe("data loss");
    expect(theatre.story.filter((line) => line.startsWith("restore "))).toEqual(["restore database"]);
  });

  it("a slow service asks, and where nobody answers on a weekend the change is held as it is", async () => {
    const theatre = weekend({
      read: (check, _, { story, clock }) => {
        if (check !== "response") return undefined;
        const tuned = story.includes("Rebuild the statistics") && clock.now() < SATURDAY_06 + 20 * HOUR;
        return tuned ? 160 : 100;
      },
      behave: ({ script }) => (script === "./ops/tune caches" ? { ms: 2 * HOUR } : undefined),
    });
    expect(await theatre.run()).toBe("held");
    expect(theatre.last("question-expired")).toMatchObject({ trigger: "slow", otherwise: "hold" });
    expect([...theatre.versions.values()]).toEqual(Array(4).fill("2.0"));
  });
});

describe("G1, when it does not finish in time", () => {
  /** The runner dies on Saturday morning, after the database; somebody goes on with it on Sunday. */
  async function stopAfterDatabase(theatre: Theatre): Promise<void> {
    expect(await theatre.run({ killAt: ({ kind }) => kind === "batch-passed" })).toBe("killed");
    expect(theatre.versions.get("erp-db")).toBe("2.0");
  }

  async function sleepUntil(theatre: Theatre, time: string): Promise<void> {
    await theatre.clock.drive(theatre.clock.sleep(at(time) - theatre.clock.now()));
  }

  it("goes on where it was if the next batch and a full way back still fit", async () => {
    const theatre = weekend();
    await stopAfterDatabase(theatre);
    await sleepUntil(theatre, "2027-03-06T14:00");
    expect(await theatre.run({ wish: "resume" })).toBe("succeeded");
    expect(theatre.story.filter((line) => line === "erp-db Upgrade")).toHaveLength(1);
    expect(theatre.story.filter((line) => line === "run database")).toHaveLength(1);
  });

  it("holds on Sunday morning: what is done stays, the rest is not begun, and the system is not opened", async () => {
    const theatre = weekend();
    await stopAfterDatabase(theatre);
    await sleepUntil(theatre, "2027-03-07T06:00");
    expect(await theatre.run({ wish: "resume" })).toBe("held");
    expect(theatre.last("finished")).toMatchObject({ reasonCode: "window-closed" });
    expect(theatre.story).not.toContain("erp-app-1 Stop");
    expect(theatre.story.filter((line) => line.startsWith("undo "))).toEqual([]);
  });

  it("rolls back instead where the plan says so, and that may go on past the end of the window", async () => {
    const theatre = weekend({}, [["  freezes:", "  at-end: rollback\n  freezes:"]]);
    await stopAfterDatabase(theatre);
    await sleepUntil(theatre, "2027-03-07T11:50");
    expect(await theatre.run({ wish: "resume" })).toBe("rolled-back");
    expect(theatre.last("trigger-fired")).toMatchObject({ trigger: "window", severity: "critical" });
    expect(theatre.versions.get("erp-db")).toBe("1.0");
    expect(Date.parse(theatre.last("finished").at)).toBeGreaterThan(SUNDAY_12);
  });

  it("rolls back when a person says so, though the window is closed and a freeze has begun", async () => {
    const theatre = weekend({}, [["2027-03-29T00:00", "2027-03-07T12:00"]]);
    await stopAfterDatabase(theatre);
    await sleepUntil(theatre, "2027-03-07T18:00");
    expect(await theatre.run({ wish: "rollback" })).toBe("rolled-back");
    expect([...theatre.versions.values()]).toEqual(Array(4).fill("1.0"));
    expect(theatre.story.at(-1)).toBe("undo Announce, and close the system to users");
  });

  it("tells of each budget that is passed, and goes on", async () => {
    const slow = weekend({
      behave: ({ script }) => (script.startsWith("./ops/restore-to-spare") ? { ms: 5 * HOUR } : undefined),
    });
    expect(await slow.run()).toBe("succeeded");
    expect(slow.all("budget-passed").map(({ budget }) => budget)).toEqual(["backup"]);
    expect(slow.titles("warning")).toHaveLength(1);
  });
});
