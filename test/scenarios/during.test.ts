import { describe, expect, it } from "vitest";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import type { Theatre } from "../fakes/theatre.ts";
import { shop } from "./shop.ts";

const MINUTE = 60_000;
const isOn = (theatre: Theatre, name: string | null) => name !== null && theatre.versions.get(name) === "2.0";

describe("D1: phase 1, preparation", () => {
  it("tells people half an hour before, then restricts access and watches, then confirms the backups", async () => {
    const theatre = shop();
    await theatre.run();
    const noticeMs = Date.parse(theatre.last("notice-given").at);
    expect(Date.parse(theatre.all("backup-started")[0]!.at) - noticeMs).toBe(30 * MINUTE);
    const prepared = ["Announce", "Keep users out", "Substitute service", "Closer monitoring"];
    const at = theatre.story.indexOf("Announce");
    expect(theatre.story.slice(at, at + 5)).toEqual([...prepared, "Schema"]);
    const confirmed = theatre.last("backups-confirmed");
    expect(confirmed.ok).toBe(true);
    expect(Date.parse(confirmed.at)).toBeGreaterThan(theatre.startOf("Closer monitoring"));
    expect(Date.parse(confirmed.at)).toBeLessThanOrEqual(theatre.startOf("Schema"));
  });

  it("gives everything back in the end, newest first, whatever the outcome", async () => {
    const gone = ["Closer monitoring", "Substitute service", "Keep users out", "Announce"];
    const back = gone.map((name) => `undo ${name}`);
    const good = shop();
    expect(await good.run()).toBe("succeeded");
    expect(good.story.slice(-4)).toEqual(back);
    const bad = shop({ behave: ({ script }) => (script === "./ops/migrate up" ? { code: 1 } : undefined) });
    expect(await bad.run()).toBe("rolled-back");
    expect(bad.story.slice(-4)).toEqual(back);
  });

  it("gives back what was done of it when a step of it fails, and calls that rejected", async () => {
    const theatre = shop({
      behave: ({ script }) => (script === "./ops/read-only-copy on" ? { code: 1 } : undefined),
    });
    expect(await theatre.run()).toBe("rejected");
    const at = theatre.story.indexOf("Announce");
    expect(theatre.story.slice(at)).toEqual([
      "Announce",
      "Keep users out",
      "Substitute service",
      "undo Substitute service",
      "undo Keep users out",
      "undo Announce",
    ]);
  });

  it("gives everything back once, though the process dies in the middle of it", async () => {
    const theatre = shop();
    const killAt = (event: ChangeEvent) =>
      event.kind === "step-finished" && event.scope === "prepare" && event.direction === "undo";
    expect(await theatre.run({ killAt })).toBe("killed");
    expect(await theatre.run()).toBe("succeeded");
    const undone = theatre.story.filter((line) => line.startsWith("undo "));
    expect(undone).toHaveLength(4);
  });
});

describe("D2: phase 2, applying: scripts, configuration, schema, application", () => {
  it("runs the schema once before all, each target's steps in order, the tuning once after all", async () => {
    const theatre = shop();
    await theatre.run();
    const { story } = theatre;
    const each = ["Drain", "Configure", "Install", "Checkpoint: log is clean", "Enable"];
    for (let i = 1; i <= 6; i++) {
      const own = story.filter((line) => line.startsWith(`web-${i} `));
      expect(own).toEqual(each.map((name) => `web-${i} ${name}`));
    }
    expect(story.filter((line) => line === "Schema")).toHaveLength(1);
    expect(story.indexOf("Schema")).toBeLessThan(story.indexOf("web-1 Drain"));
    expect(story.indexOf("Tune queries")).toBeGreaterThan(story.lastIndexOf("web-6 Enable"));
  });

  it("has each step's intent before its effect, and its end after it", async () => {
    const theatre = shop();
    const intents = new Set<string>();
    theatre.watch = (event) => {
      if (event.kind === "step-started") intents.add(`${event.target} ${event.scope} ${event.step}`);
    };
    await theatre.run();
    expect(theatre.all("step-finished")).toHaveLength(theatre.all("step-started").length);
    for (const { target, scope, step } of theatre.all("step-finished")) {
      expect(intents).toContain(`${target} ${scope} ${step}`);
    }
  });

  it("gives the commands the versions as environment variables, and no text of theirs changes", async () => {
    const theatre = shop();
    await theatre.run();
    const install = theatre.ran.find(({ name }) => name === "Install")!;
    expect(install.script).toBe('./ops/install "$CHANGE_VERSION"');
    expect(install.env).toMatchObject({
      CHANGE_VERSION: "2.0",
      PREVIOUS_VERSION: "1.0",
      CHANGE_ID: "CHG-2026-0142",
      CHANGE_BATCH: "1",
      TARGET_NAME: "web-1",
      TARGET_HOST: "web-1.example.com",
    });
  });
});

describe("D3: phase 3, first verification: function, logs, performance, errors", () => {
  it("lets the next batch wait for health, three times in a row and for half a minute, and for the bake", async () => {
    const theatre = shop();
    await theatre.run();
    const passed = theatre.all("batch-passed");
    const opened = theatre.all("batch-opened");
    expect(opened).toHaveLength(4);
    for (const [i, { at }] of passed.slice(0, -1).entries()) {
      expect(Date.parse(opened[i + 1]!.at)).toBeGreaterThanOrEqual(Date.parse(at));
    }
    const enabled = theatre.startOf("web-1 Enable") + 1_000;
    expect(Date.parse(passed[0]!.at) - enabled).toBeGreaterThanOrEqual(30_000 + 2 * MINUTE);
  });

  it("counts from the beginning again after one bad sample in the bake", async () => {
    let relapses = 0;
    const theatre = shop({
      read: (check, target, { state, clock }) => {
        const { bakeStartedMs } = state.batch;
        const isLate = bakeStartedMs !== null && clock.now() - bakeStartedMs > 100_000;
        return check === "alive" && target === "web-1" && isLate && relapses++ === 0 ? "ill" : undefined;
      },
    });
    expect(await theatre.run()).toBe("succeeded");
    const bakes = theatre.all("bake-started").filter(({ batch }) => batch === 0);
    expect(bakes).toHaveLength(2);
    expect(Date.parse(theatre.all("batch-passed")[0]!.at) - Date.parse(bakes[1]!.at)).toBe(2 * MINUTE);
  });

  it("a log with errors fails the step that looks at it, and rolls back before the second server", async () => {
    const theatre = shop({ behave: ({ script }) => (script === "./ops/scan-log" ? { code: 1 } : undefined) });
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.last("trigger-fired").reason).toContain("Checkpoint: log is clean");
    expect(theatre.story).not.toContain("web-2 Drain");
    expect([...theatre.versions.values()]).toEqual(Array(6).fill("1.0"));
  });
});

describe("D4: the limits: CPU, memory, disk, network, response", () => {
  const LIMITS = [
    ["cpu", 80],
    ["memory", 85],
    ["disk", 70],
    ["network", 100],
    ["alive", 3_000],
  ] as const;

  it.each(LIMITS)("%s just below %s is well", async (name, limit) => {
    const theatre = shop({
      read: (check, target, t) => (check === name && isOn(t, target) ? limit - 0.1 : undefined),
    });
    expect(await theatre.run()).toBe("succeeded");
  });

  it.each(LIMITS)("%s at %s on the new version lets no second batch begin", async (name, limit) => {
    const theatre = shop({
      read: (check, target, t) => (check === name && isOn(t, target) ? limit : undefined),
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.all("batch-opened")).toHaveLength(1);
    const { trigger, reason, measurements } = theatre.last("trigger-fired");
    expect(trigger).toBe("health-gate");
    expect(reason).toContain("web-1");
    expect(measurements).toContainEqual(
      expect.objectContaining({ check: name, value: limit, target: "web-1" }),
    );
  });

  it.each(LIMITS)("%s that nobody can measure is never well", async (name) => {
    const theatre = shop({
      read: (check, target, t) => (check === name && isOn(t, target) ? null : undefined),
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.all("batch-passed")).toEqual([]);
  });

  it("gives a batch five minutes to get well, and no more", async () => {
    const theatre = shop({
      read: (check, target, t) => (check === "cpu" && isOn(t, target) ? 99 : undefined),
    });
    await theatre.run();
    const settledMs = theatre.startOf("web-1 Enable") + 1_000;
    expect(Date.parse(theatre.last("trigger-fired").at) - settledMs).toBe(5 * MINUTE);
  });
});

describe("D5: messages by level", () => {
  it("success for a phase that is done, info for what is done on the way", async () => {
    const theatre = shop();
    await theatre.run();
    const ends = (level: "info" | "success") =>
      theatre.titles(level).map((title) => title.replace(/.*CHG-2026-0142 (.*): Shop 2.0/, "$1"));
    expect(ends("success")).toEqual([
      "passed its gate",
      "is prepared",
      "is deployed",
      "is verified",
      "succeeded",
    ]);
    expect(ends("info")).toContain("passed batch 1 of 4");
    expect(theatre.titles("warning")).toEqual([]);
    expect(theatre.titles("critical")).toEqual([]);
  });

  it("warning for performance that falls, critical for what rolls back", async () => {
    const theatre = shop({
      read: (check, _, t) => (check === "latency" ? (isOn(t, "web-1") ? 400 : 200) : undefined),
    });
    await theatre.run();
    expect(theatre.titles("warning")[0]).toContain("CHG-2026-0142");
    expect(theatre.titles("critical").length).toBeGreaterThan(0);
    const levels = theatre.messages.map(({ message }) => message.level);
    expect(levels.indexOf("warning")).toBeLessThan(levels.indexOf("critical"));
  });
});

describe("D6: checkpoints between steps, progress told as it happens", () => {
  it("a checkpoint is asked on every server before it serves again", async () => {
    const theatre = shop();
    await theatre.run();
    for (let i = 1; i <= 6; i++) {
      const checkpoint = theatre.startOf(`web-${i} Checkpoint: log is clean`);
      expect(checkpoint).toBeLessThan(theatre.startOf(`web-${i} Enable`));
    }
  });

  it("tells each batch when it has passed, not at the end", async () => {
    const theatre = shop();
    await theatre.run();
    const told = theatre.messages.filter(({ message }) => message.title.includes("passed batch"));
    expect(told.map(({ atMs }) => atMs)).toEqual(theatre.all("batch-passed").map(({ at }) => Date.parse(at)));
  });

  it("keeps two of six at most out of service at any time", async () => {
    const theatre = shop();
    await theatre.run();
    expect(theatre.mostUnavailable).toBe(2);
  });
});
