import { describe, expect, it } from "vitest";
import type { Theatre } from "../fakes/theatre.ts";
import { loadScenario } from "./load.ts";
import { shop } from "./shop.ts";

const FRIDAY_18 = "2026-11-27T09:00:00Z";
const rejected = async (theatre: Theatre) => {
  expect(await theatre.run()).toBe("rejected");
  expect(theatre.story.filter((line) => !/^(run|verify|keep) /.test(line))).toEqual([]);
  return theatre.last("finished");
};

describe("C1: access, tools and scripts, network, disk space", () => {
  it("asks each on every target or on the runner, before anything runs", async () => {
    const theatre = shop();
    await theatre.run();
    const asked = theatre.all("check-asked").filter(({ phase }) => phase === "preflight");
    expect(asked.map(({ name, targets, passed }) => [name, targets, passed])).toEqual([
      ["Login works", 6, true],
      ["Tools are there", 0, true],
      ["Balancer answers", 0, true],
      ["Disk space", 6, true],
    ]);
    expect(Date.parse(asked.at(-1)!.at)).toBeLessThanOrEqual(theatre.ran[0]!.atMs);
  });

  it.each([
    ["Login works", "web-4", "ill"],
    ["Tools are there", null, "ill"],
    ["Balancer answers", null, null],
    ["Disk space", "web-5", 80],
    ["Disk space", "web-5", null],
  ] as const)("%s on %s measuring %s ends it with nothing touched", async (name, where, reading) => {
    const theatre = shop({
      read: (check, target) => (check === name && target === where ? reading : undefined),
    });
    const end = await rejected(theatre);
    expect(end).toMatchObject({ reasonCode: "preflight-failed", reason: expect.stringContaining(name) });
    if (where !== null) expect(end.reason).toContain(where);
    expect(theatre.titles("warning").concat(theatre.titles("critical"))).toHaveLength(1);
  });

  it("disk space of 79.9 % is enough below 80", async () => {
    const theatre = shop({ read: (check) => (check === "Disk space" ? 79.9 : undefined) });
    expect(await theatre.run()).toBe("succeeded");
  });
});

describe("C2: backups of system, database and configuration, with their integrity proved", () => {
  it("makes, hashes, verifies and keeps each before the next, and all before anything is touched", async () => {
    const theatre = shop();
    await theatre.run();
    const parts = (name: string) => [`run ${name}`, `verify ${name}`, `keep ${name}`];
    const backups = ["system", "database", "configuration"].flatMap(parts);
    expect(theatre.story.slice(0, backups.length)).toEqual(backups);
    const made = theatre.all("backup-made");
    expect(made.map(({ backup, kept }) => [backup, kept])).toEqual([
      ["system", true],
      ["database", true],
      ["configuration", true],
    ]);
    expect(new Set(made.map(({ sha256 }) => sha256)).size).toBe(3);
  });

  it.each(["run", "verify", "keep"])(
    "a backup whose `%s` fails ends it with nothing touched",
    async (what) => {
      const database = loadScenario("shop").backups.find(({ name }) => name === "database")!;
      const broken = database[what as "run" | "verify" | "keep"];
      const theatre = shop({ behave: ({ script }) => (script === broken ? { code: 1 } : undefined) });
      const end = await rejected(theatre);
      expect(end).toMatchObject({
        reasonCode: "backup-failed",
        reason: expect.stringContaining(`\`${what}\``),
      });
      expect(theatre.story).not.toContain("run configuration");
    },
  );

  it("a backup that has changed on the disk since it was verified is no backup", async () => {
    const theatre = shop({
      behave: (call, { files }) => {
        if (call.script === "./ops/banner on") files.set("/backups/database", "half of it");
        return call.script.startsWith("./ops/download") ? { code: 1 } : undefined;
      },
    });
    expect(await theatre.run()).toBe("rejected");
    expect(theatre.last("trigger-fired")).toMatchObject({ trigger: "backup" });
    expect(theatre.story).not.toContain("Schema");
    expect(theatre.story.at(-1)).toBe("undo Announce");
  });
});

describe("C3: team called, roles confirmed, channels tested, emergency contacts checked", () => {
  it("tries each contact that can be tried, before the checks of the targets", async () => {
    const theatre = shop();
    await theatre.run();
    expect(theatre.all("check-asked")[0]).toMatchObject({ phase: "contact", name: "War room", passed: true });
  });

  it("a channel that does not answer ends it with nothing touched", async () => {
    const theatre = shop({ read: (check) => (check === "War room" ? "ill" : undefined) });
    const end = await rejected(theatre);
    expect(end).toMatchObject({ reasonCode: "contact-failed", reason: expect.stringContaining("War room") });
    expect(theatre.all("version-recorded")).toEqual([]);
  });

  it("keeps who confirmed that the team was called and knows its roles", async () => {
    const theatre = shop();
    await theatre.run();
    const { attestations } = theatre.last("approved");
    expect(attestations).toContainEqual({
      name: "Team called and roles confirmed",
      role: "manager",
      by: "mona",
    });
  });

  it("names the roles and the contacts where people read about the change", async () => {
    const theatre = shop({ read: (check) => (check === "intrusion" ? "ill" : undefined) });
    await theatre.run();
    const { body } = theatre.issues.at(-1)!.issue;
    for (const text of ["octocat", "On-call phone", "War room"]) expect(body).toContain(text);
  });
});

describe("C4: development tests of function, integration, performance and security", () => {
  it("without their confirmation, which comes with the approval, nothing is even asked", async () => {
    const theatre = shop({ isApproved: false });
    const end = await rejected(theatre);
    expect(end.reasonCode).toBe("not-approved");
    expect(theatre.all("check-asked")).toEqual([]);
  });

  it("each confirmation is in the journal with the name of who gave it, before the attempt", async () => {
    const theatre = shop();
    await theatre.run();
    const names = theatre
      .last("approved")
      .attestations.map(({ name, role, by }) => `${name}: ${role}: ${by}`);
    expect(names).toEqual(
      expect.arrayContaining([
        "Function and integration tests: quality: mona",
        "Performance tests: quality: mona",
        "Security tests: security: mona",
      ]),
    );
    expect(theatre.journal[0]!.kind).toBe("approved");
  });

  it("an approval of another plan is none", async () => {
    const theatre = shop({ isApproved: false });
    const { digest, ...approval } = { kind: "approved", digest: "e".repeat(64), proof: "github" } as const;
    const at = new Date(theatre.clock.now()).toISOString();
    theatre.journal.push({ ...approval, at, digest, approvals: [], attestations: [], owed: [] });
    expect(await theatre.run()).toBe("rejected");
    expect(theatre.last("finished").reasonCode).toBe("not-approved");
    expect(theatre.state.approval).toBeNull();
    expect(theatre.ran).toEqual([]);
  });
});

describe("C5: staging verified, with its deployment, its rollback and its monitoring", () => {
  it("goes on only where this version has succeeded there, by its journal", async () => {
    const theatre = shop();
    await theatre.run();
    expect(theatre.last("requirement-checked")).toMatchObject({ environment: "staging", met: true });
    const order = theatre.journal.map(({ kind }) => kind);
    expect(order.indexOf("requirement-checked")).toBeLessThan(order.indexOf("gate-passed"));
  });

  it.each([
    "this version has not succeeded in staging",
    "its journal cannot be read",
    "it succeeded 8 days ago",
  ])("%s: a no, with nothing touched", async (detail) => {
    const theatre = shop({ requirement: { met: false, detail } });
    const end = await rejected(theatre);
    expect(end).toMatchObject({ reasonCode: "requirement-unmet", reason: detail });
    expect(theatre.all("check-asked")).toEqual([]);
  });

  it("keeps who confirmed that the way back was tried there", async () => {
    const theatre = shop();
    await theatre.run();
    const names = theatre.last("approved").attestations.map(({ name }) => name);
    expect(names).toContain("Rollback rehearsed in staging");
  });
});

describe("B5 and B7, which the rows before the change rest on", () => {
  it("outside of its window nothing starts, and the next opening is named", async () => {
    const theatre = shop({ startAt: "2026-11-27T08:59:00Z" });
    const end = await rejected(theatre);
    expect(end).toMatchObject({
      reasonCode: "window-closed",
      reason: expect.stringContaining("2026-11-27T09:00"),
    });
  });

  it("a plan that waits is told so, and starts with the window", async () => {
    const theatre = shop({ startAt: "2026-11-27T08:30:00Z" }, [
      ["  budgets: { prep", "  outside: wait\n  wait-limit: 2h\n  budgets: { prep"],
    ]);
    expect(await theatre.run()).toBe("succeeded");
    expect(theatre.last("window-awaited").until).toBe("2026-11-27T09:00:00.000Z");
    expect(Date.parse(theatre.last("gate-passed").at)).toBe(Date.parse(FRIDAY_18));
  });

  it("who may postpone does so during the notice: nothing was touched", async () => {
    const theatre = shop();
    theatre.say("hold", 10 * 60_000);
    expect(await theatre.run()).toBe("held");
    expect(theatre.last("finished").reason).toContain("hubot");
    expect(theatre.ran).toEqual([]);
  });
});
