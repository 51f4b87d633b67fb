import { describe, expect, it } from "vitest";
import type { CommandCall } from "../../src/ports.ts";
import type { Script } from "../fakes/theatre.ts";
import { shop } from "../scenarios/shop.ts";
import { countRuns, firedMs, fleet, MINUTE, SECOND, versionsOf } from "./fleet.ts";

const isInstall = (call: CommandCall, target: string) =>
  call.target?.name === target && call.script.includes("$CHANGE_VERSION");
const isUndo = (call: CommandCall, target: string) =>
  call.target?.name === target && call.script.includes("$PREVIOUS_VERSION");
/** The last batch breaks, when five servers serve on the new version. */
const lastBreaks: Script = { behave: (call) => (isInstall(call, "web-07") ? { code: 1 } : undefined) };

it("argo-rollouts#777: the way back keeps to max-unavailable", async () => {
  const theatre = fleet(lastBreaks);
  expect(await theatre.run()).toBe("rolled-back");
  const undone = theatre.all("target-rolled-back").map(({ target }) => target);
  expect(undone.length).toBeGreaterThan(5);
  expect(theatre.mostUnavailable).toBe(2);
});

it("argo-rollouts#3077: a rollback that begins in the middle of a batch takes no more servers out", async () => {
  const theatre = fleet({
    behave: (call) => (isInstall(call, "web-03") ? { code: 1 } : { ms: 20 * SECOND }),
  });
  expect(await theatre.run()).toBe("rolled-back");
  expect(theatre.mostUnavailable).toBe(2);
  expect(versionsOf(theatre)).toEqual(["1.0"]);
});

it("argo-rollouts#841: switched back is not recovered: health and version are proven", async () => {
  const ill = fleet({
    ...lastBreaks,
    read: (_, target, { state }) => (target === "web-02" && state.rollback !== null ? "ill" : undefined),
  });
  expect(await ill.run()).toBe("rollback-incomplete");
  expect(ill.all("rollback-failed").map(({ target }) => target)).toContain("web-02");
});

it("wikimind#595: a rollback is verified: the version is the one recorded before", async () => {
  const theatre = fleet({
    behave: (call, { state }) => {
      const isAsked =
        call.script === "cat VERSION" && call.target?.name === "web-02" && state.rollback !== null;
      return isAsked ? { stdout: "1.1" } : lastBreaks.behave!(call, theatre);
    },
  });
  expect(await theatre.run()).toBe("rollback-incomplete");
  const failed = theatre.all("rollback-failed").find(({ target }) => target === "web-02")!;
  expect(failed.reason).toContain("version");
});

it("nomad#10882: a revert is not canaried: it waits for no batch and no bake", async () => {
  const theatre = fleet(lastBreaks);
  await theatre.run();
  const after = theatre.journal.slice(theatre.journal.findIndex(({ kind }) => kind === "trigger-fired"));
  const kinds = new Set(after.map(({ kind }) => kind));
  for (const kind of ["batch-opened", "bake-started", "batch-passed"] as const)
    expect(kinds).not.toContain(kind);
  expect(Date.parse(theatre.last("finished").at) - firedMs(theatre)).toBeLessThan(2 * MINUTE);
});

it("nomad#12940: an undo that fails is tried again, within bounds, and then named", async () => {
  const theatre = fleet({
    behave: (call, stage) => (isUndo(call, "web-07") ? { code: 1 } : lastBreaks.behave!(call, stage)),
  });
  expect(await theatre.run()).toBe("rollback-incomplete");
  expect(countRuns(theatre, "web-07 undo Install")).toBe(3);
  expect(theatre.last("rollback-failed")).toMatchObject({ target: "web-07" });
});

it("argo-rollouts#3304: a target that cannot be undone keeps no other from it", async () => {
  const theatre = fleet({
    behave: (call, stage) => (isUndo(call, "web-03") ? { code: 1 } : lastBreaks.behave!(call, stage)),
  });
  expect(await theatre.run()).toBe("rollback-incomplete");
  expect(theatre.all("rollback-failed").map(({ target }) => target)).toEqual(["web-03"]);
  const others = [...theatre.versions].filter(([name]) => name !== "web-03");
  expect(others.every(([, version]) => version === "1.0")).toBe(true);
});

it("capistrano#1885: back is the version that each target had, not one further", async () => {
  const theatre = fleet(lastBreaks);
  for (const [i, name] of [...theatre.versions.keys()].entries()) theatre.versions.set(name, `1.${i}`);
  const before = [...theatre.versions];
  expect(await theatre.run()).toBe("rolled-back");
  expect([...theatre.versions]).toEqual(before);
});

it("capistrano#514: a second attempt that is rolled back leads to the same version as the first", async () => {
  const theatre = fleet(lastBreaks);
  for (const name of theatre.versions.keys()) theatre.versions.set(name, "1.9");
  expect(await theatre.run()).toBe("rolled-back");
  expect(await theatre.run()).toBe("rolled-back");
  expect(theatre.all("attempt-started")).toHaveLength(2);
  expect(versionsOf(theatre)).toEqual(["1.9"]);
});

it("nomad#17341: a step that is out of tries ends it at once, with no deadline to wait for", async () => {
  const theatre = fleet({ behave: (call) => (isInstall(call, "web-01") ? { code: 1 } : undefined) }, [
    ["timeout: 5m }", "timeout: 5m, retries: 1 }"],
  ]);
  expect(await theatre.run()).toBe("rolled-back");
  expect(countRuns(theatre, "web-01 Install")).toBe(2);
  expect(firedMs(theatre) - theatre.startOf("web-01 Install")).toBeLessThan(10 * SECOND);
});

describe("flagger#1801", () => {
  const MOMENTS: readonly (readonly [string, (theatre: ReturnType<typeof shop>) => boolean])[] = [
    ["while once-steps run before", ({ story }) => story.includes("Schema")],
    ["while targets are changed", ({ story }) => story.includes("web-1 Drain")],
    ["while health is awaited", ({ state }) => state.settling.size > 0],
    ["in the bake", ({ state }) => state.batch.bakeStartedMs !== null],
    ["while once-steps run after", ({ story }) => story.includes("Tune queries")],
  ];

  it.each(MOMENTS)("flagger#1801: a trigger rolls back %s", async (_, isThen) => {
    let isOn = false;
    const theatre = shop({
      behave: ({ script }) =>
        /migrate up|tune queries/.test(script) ? { ms: 30 * SECOND } : { ms: 5 * SECOND },
      read: (check) => {
        isOn ||= isThen(theatre);
        return check === "intrusion" && isOn && theatre.state.rollback === null ? "ill" : undefined;
      },
    });
    expect(await theatre.run()).toBe("rolled-back");
    expect(theatre.all("trigger-fired")[0]!.trigger).toBe("breach");
    expect(versionsOf(theatre)).toEqual(["1.0"]);
  });
});

it("flagger#1588: a trigger in a wait for people rolls back, whatever was asked", async () => {
  let isOn = false;
  const theatre = shop({
    count: () => 9,
    read: (check, _, { state }) => {
      isOn ||= state.pause !== null && state.pause.kind === "question";
      return check === "intrusion" && isOn && state.rollback === null ? "ill" : undefined;
    },
  });
  expect(await theatre.run()).toBe("rolled-back");
  expect(theatre.last("trigger-fired").trigger).toBe("breach");
  expect(theatre.all("question-expired")).toEqual([]);
});

it("flagger#1186: past the point of no return it stops as it is, and people are told", async () => {
  const theatre = fleet(lastBreaks, [
    ["apply:\n", "backups:\n  - { name: data, run: ./dump, verify: ./check, restore: ./load }\napply:\n"],
    ['undo: ./install "$PREVIOUS_VERSION"', "irreversible: true"],
  ]);
  expect(await theatre.run()).toBe("frozen");
  expect(theatre.story.some((line) => line.includes("undo"))).toBe(false);
  expect(theatre.issues.length).toBeGreaterThan(0);
  expect(theatre.last("finished").reason).toContain("Install");
});

it("k8s-deploy#305: a promotion whose command fails is no success", async () => {
  const theatre = shop({
    behave: ({ script }) => (script === "./ops/tune caches" ? { code: 1 } : undefined),
  });
  expect(await theatre.run()).toBe("rolled-back");
});

it("k8s-deploy#240: an undo whose command fails is no rollback", async () => {
  const theatre = shop({
    behave: ({ script }) => (/migrate down|smoke login/.test(script) ? { code: 1 } : undefined),
    read: (check) => (check === "Log in and out" ? "ill" : undefined),
  });
  expect(await theatre.run()).toBe("rollback-incomplete");
  expect(theatre.last("finished").reason).toContain("before");
});
