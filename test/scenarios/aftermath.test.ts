import { describe, expect, it } from "vitest";
import { compareBudgets } from "../../src/report/budgets.ts";
import { listTasks } from "../../src/report/owed-tasks.ts";
import type { Script } from "../fakes/theatre.ts";
import { firedAt, firstUndo, MINUTE, shop, whileTuning } from "./shop.ts";

describe("F7: the way back has a time budget", () => {
  const failing = (script: Script = {}): Script => ({
    ...script,
    read: (check) => (check === "Log in and out" ? "ill" : undefined),
  });

  it("compares each part with what it took: decide, announce, restore, verify, review", async () => {
    const theatre = shop(failing());
    await theatre.run();
    const { rows, reviewDueMs } = compareBudgets(theatre.state)!;
    expect(rows.map(({ phase, budgetMs, verdict }) => [phase, budgetMs / MINUTE, verdict])).toEqual([
      ["decide", 5, "within"],
      ["announce", 5, "within"],
      ["restore", 30, "within"],
      ["verify", 15, "within"],
    ]);
    expect(reviewDueMs - Date.parse(theatre.last("finished").at)).toBeLessThanOrEqual(24 * 60 * MINUTE);
    expect(theatre.all("budget-passed")).toEqual([]);
  });

  it("says so while it happens when putting back takes more than 30 minutes, and goes on", async () => {
    const slow = failing({
      behave: ({ script }) => (script.includes("$PREVIOUS_VERSION") ? { ms: 20 * MINUTE } : undefined),
    });
    const theatre = shop(slow, [["timeout: 5m }", "timeout: 30m }"]]);
    expect(await theatre.run()).toBe("rolled-back");
    const passed = theatre.last("budget-passed");
    expect(passed.budget).toBe("rollback.restore");
    const undo = Date.parse(
      theatre.journal.find((one) => one.kind === "step-started" && one.direction === "undo")!.at,
    );
    expect(Date.parse(passed.at) - undo).toBe(30 * MINUTE + 1);
    expect(theatre.issues.some(({ atMs }) => atMs > Date.parse(passed.at))).toBe(true);
  });

  it("a page that cannot be written is told by its budget, and nothing waits for it", async () => {
    const theatre = shop(failing({ announceFails: true }));
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.all("announce-failed").length).toBeGreaterThan(0);
    expect(firstUndo(theatre).atMs - firedAt(theatre)).toBeLessThanOrEqual(1_000);
  });
});

describe("F8: afterwards: cause, data, users, improvements, as tasks with owners and dates", () => {
  it("lists each as a task with an owner, due within the review's time", async () => {
    const theatre = shop({ read: (check) => (check === "Log in and out" ? "ill" : undefined) });
    await theatre.run();
    const tasks = listTasks(theatre.state);
    const endMs = Date.parse(theatre.last("finished").at);
    const later = tasks.filter(({ dueMs }) => dueMs !== null);
    expect(later.length).toBeGreaterThanOrEqual(3);
    for (const { owners, dueMs } of later) {
      expect(owners.length).toBeGreaterThan(0);
      expect(dueMs! - endMs).toBeLessThanOrEqual(24 * 60 * MINUTE);
    }
    const words = tasks
      .map(({ what, more }) => `${what} ${more}`)
      .join("\n")
      .toLowerCase();
    for (const word of ["cause", "users told", "improvements planned", "review"])
      expect(words).toContain(word);
  });
});

describe("F9: an outage: situation reported, substitute service, alternatives told, progress shared", () => {
  const outage = (script: Script = {}) => shop({ ...whileTuning("shop", () => "ill"), ...script });

  it("reports the situation within the time for it, and brings it up to date as it goes on", async () => {
    const theatre = outage();
    await theatre.run();
    const [first] = theatre.issues;
    expect(first!.atMs - firedAt(theatre)).toBeLessThanOrEqual(5 * MINUTE);
    expect(first!.issue.labels).toContain("rollback");
    expect(first!.issue.body).toContain("outage");
    const critical = theatre.messages.filter(({ message }) => message.level === "critical");
    expect(critical[0]!.atMs).toBe(firedAt(theatre));
    expect(critical[0]!.message.fields.flat().join(" ")).toContain("octocat");
  });

  it("leaves the substitute service on until everything is verified back", async () => {
    const theatre = outage();
    await theatre.run();
    const back = theatre.story.indexOf("undo Substitute service");
    expect(back).toBeGreaterThan(theatre.story.lastIndexOf("web-1 undo Drain"));
    const verified = theatre.all("target-rolled-back").map(({ at }) => Date.parse(at));
    expect(verified).toHaveLength(6);
    expect(theatre.startOf("undo Substitute service")).toBeGreaterThanOrEqual(Math.max(...verified));
  });

  it("owes the users words about what serves instead", async () => {
    const theatre = outage();
    await theatre.run();
    const told = listTasks(theatre.state).find(({ what }) => what === "Users told")!;
    expect(told.owners).toEqual(["octocat"]);
    expect(told.more).toContain("what serves instead");
    expect(told.dueMs! - firedAt(theatre)).toBe(5 * MINUTE);
  });
});

describe("F10: data loss: extent found, restore from backup, integrity verified, users helped", () => {
  const loss = (broken: "none" | "fetch" | "restore" = "none"): Script => {
    let isRestored = false;
    return {
      behave: (call, { files }) => {
        const isRestore = call.script.startsWith("pg_restore --clean");
        if (isRestore && broken === "restore") return { code: 1 };
        if (isRestore) isRestored = files.get(call.env.BACKUP_FILE ?? "") === "a good database";
        return broken === "fetch" && call.script.startsWith("./ops/download") ? { code: 1 } : undefined;
      },
      read: (check, _, { story }) =>
        check === "orders lost" && story.includes("web-2 Enable") ? (isRestored ? 0 : 7) : undefined,
    };
  };

  it("restores exactly the file that was verified, and measures afterwards that nothing is missing", async () => {
    const theatre = shop(loss());
    expect(await theatre.run()).toBe("rolled-back");
    const restore = theatre.ran.find(({ name }) => name === "restore database")!;
    expect(restore.env.BACKUP_FILE).toBe("/backups/database");
    const service = theatre.all("service-changed").at(-1)!;
    expect(service.verdict).toBe("healthy");
    expect(Date.parse(service.at)).toBeGreaterThan(restore.atMs);
  });

  it("fetches the backup where this machine has it no more, and looks at its hash before it is used", async () => {
    const theatre = shop(loss());
    theatre.watch = (event) => {
      if (event.kind === "trigger-fired") theatre.files.delete("/backups/database");
    };
    expect(await theatre.run()).toBe("rolled-back");
    const at = theatre.story.indexOf("fetch database");
    expect(theatre.story[at + 1]).toBe("restore database");
  });

  it("restores nothing that is not what was verified, and says what is left to do by hand", async () => {
    const theatre = shop(loss("fetch"));
    theatre.watch = (event) => {
      if (event.kind === "trigger-fired") theatre.files.set("/backups/database", "half of it");
    };
    expect(await theatre.run()).toBe("rollback-incomplete");
    expect(theatre.story).not.toContain("restore database");
    expect(theatre.all("rollback-failed").find(({ scope }) => scope === "restore")).toBeDefined();
  });

  it("says the extent, the restore and the help for users as tasks", async () => {
    const theatre = shop(loss());
    await theatre.run();
    const names = listTasks(theatre.state).map(({ what }) => what);
    expect(names).toContain("Extent of the data loss found");
    expect(names).toContain("Data recovered and its integrity verified");
    expect(names).toContain("Users helped whose data is affected");
  });
});

describe("F11: security: isolate, call the security team, investigate, harden", () => {
  const breach = (script: Script = {}): Script => ({
    read: (check, _, { story }) =>
      check === "intrusion" && story.includes("web-1 Enable") && !story.includes("Isolate")
        ? "ill"
        : undefined,
    ...script,
  });

  it("isolates first, then hardens, then undoes; and names the security team", async () => {
    const theatre = shop(breach());
    expect(await theatre.run()).toBe("rolled-back");
    const { story } = theatre;
    const at = story.indexOf("Isolate");
    expect(story[at + 1]).toBe("Harden");
    expect(story[at + 2]).toContain("undo ");
    const critical = theatre.messages.find(({ message }) => message.level === "critical")!;
    expect(critical.message.fields.flat().join(" ")).toContain("org/security");
    const tasks = listTasks(theatre.state);
    expect(tasks.find(({ what }) => what === "Security team called")?.owners).toEqual(["org/security"]);
    expect(tasks.map(({ what }) => what)).toContain("Incident investigated and hardened against");
  });

  it("goes on with the way back though the isolation fails, and does not call that done", async () => {
    const theatre = shop(
      breach({ behave: ({ script }) => (script === "./ops/isolate" ? { code: 1 } : undefined) }),
    );
    expect(await theatre.run()).toBe("rollback-incomplete");
    expect(theatre.story).toContain("Harden");
    expect(theatre.last("finished").reason).toContain("respond");
    expect([...theatre.versions.values()]).toEqual(Array(6).fill("1.0"));
  });

  it("answers a breach that comes on the way back, too", async () => {
    const theatre = shop({
      read: (check, _, { story }) => {
        if (check === "Log in and out") return "ill";
        const isBack = story.includes("web-6 undo Enable") && !story.includes("Isolate");
        return check === "intrusion" && isBack ? "ill" : undefined;
      },
      behave: ({ script }) => (script.includes("$PREVIOUS_VERSION") ? { ms: 30_000 } : undefined),
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.all("trigger-fired").map(({ trigger }) => trigger)).toEqual(["verification", "breach"]);
    expect(theatre.startOf("Isolate") - firedAt(theatre)).toBeLessThanOrEqual(1_000);
  });
});
