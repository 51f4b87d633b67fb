import { expect, it } from "vitest";
import type { CommandCall, CommandResult } from "../../src/ports.ts";
import type { Behaviour } from "../fakes/theatre.ts";
import { countRuns, fleet, hasNew, MINUTE, SECOND, versionsOf } from "./fleet.ts";

const LOST: CommandResult["ending"] = { kind: "lost", reason: "the connection was lost while it ran" };
const isInstall = (call: CommandCall, target: string) =>
  call.target?.name === target && call.script.includes("$CHANGE_VERSION");
const lostOn =
  (target: string) =>
  (call: CommandCall): Behaviour | undefined =>
    isInstall(call, target) ? { ms: 2 * SECOND, ending: LOST } : undefined;

it("ansible#18782: an unreachable server counts as out of service, and the next one is not drained", async () => {
  const theatre = fleet(
    {
      behave: lostOn("web-02"),
      receipt: (call) =>
        isInstall(call, "web-02") ? { kind: "interrupted", detail: "no answer" } : undefined,
      read: (_, target, stage) => (target === "web-02" && stage.state.batch.index > 0 ? "ill" : undefined),
    },
    [["max-unavailable: 2", "max-unavailable: 1"]],
  );
  expect(await theatre.run()).not.toBe("succeeded");
  expect(theatre.mostUnavailable).toBe(1);
  expect(theatre.story).not.toContain("web-03 Drain");
});

it("ansible#56265: a step whose answer was lost is asked about, and not repeated where it is done", async () => {
  const theatre = fleet({
    behave: (call, stage) => {
      if (!isInstall(call, "web-02")) return undefined;
      stage.versions.set("web-02", "2.0");
      return { ms: 2 * SECOND, ending: LOST };
    },
    receipt: (call) => (isInstall(call, "web-02") ? { kind: "finished", code: 0, ms: 2_000 } : undefined),
  });
  expect(await theatre.run()).toBe("succeeded");
  expect(countRuns(theatre, "web-02 Install")).toBe(1);
});

it("ansible#7686: a step whose answer was lost is no success by itself", async () => {
  const theatre = fleet({
    behave: lostOn("web-02"),
    receipt: (call) => (isInstall(call, "web-02") ? { kind: "finished", code: 7, ms: 2_000 } : undefined),
  });
  expect(await theatre.run()).toBe("rolled-back");
  expect(theatre.last("trigger-fired").reason).toContain("exit 7");
});

it("ansible#13870: a server that went away in a step is put in order before the step is tried again", async () => {
  let isLost = false;
  const theatre = fleet({
    behave: (call) => {
      if (isLost || !isInstall(call, "web-02")) return undefined;
      isLost = true;
      return { ms: 2 * SECOND, ending: LOST };
    },
    receipt: (call) =>
      isInstall(call, "web-02") ? { kind: "interrupted", detail: "it was restarted" } : undefined,
  });
  expect(await theatre.run()).toBe("succeeded");
  const own = theatre.story.filter((line) => line.startsWith("web-02 "));
  expect(own).toEqual(["web-02 Drain", "web-02 Install", "web-02 undo Install", "web-02 Install"]);
});

/** The dead peer is the adapter's business; what the engine owes is an end to every step. */
const timedOut =
  (target: string) =>
  (call: CommandCall): Behaviour | undefined =>
    isInstall(call, target) ? { ms: call.timeoutMs, ending: { kind: "timed-out" } } : undefined;

it("octopus#4106: a step that would run for ever ends by its own deadline, and the change goes back", async () => {
  const theatre = fleet({ behave: timedOut("web-01") });
  expect(await theatre.run()).toBe("rolled-back");
  expect(Date.parse(theatre.last("trigger-fired").at) - theatre.startOf("web-01 Install")).toBe(5 * MINUTE);
});

it("ansible#34875: every command has a deadline, the version's and the undo's too", async () => {
  const limits: number[] = [];
  const theatre = fleet({
    behave: (call) => {
      limits.push(call.timeoutMs);
      return isInstall(call, "web-04") ? { code: 1 } : undefined;
    },
  });
  await theatre.run();
  expect(limits.length).toBeGreaterThan(20);
  expect(limits.every((ms) => ms > 0 && ms <= 5 * MINUTE)).toBe(true);
});

it("ansible#17299: a hanging server holds up no other of its batch", async () => {
  const theatre = fleet({ behave: timedOut("web-02") });
  await theatre.run();
  const stuckMs = theatre.startOf("web-02 Install");
  expect(theatre.startOf("web-03 Install")).toBeLessThan(stuckMs + MINUTE);
});

it("deploy-rs#57: a connection that goes silent ends in a rollback of what it touched", async () => {
  const theatre = fleet({ behave: timedOut("web-05") });
  expect(await theatre.run()).toBe("rolled-back");
  expect(countRuns(theatre, "web-05 undo Install")).toBe(1);
  expect(versionsOf(theatre)).toEqual(["1.0"]);
});

it("kamal#1587: a hang on the way back ends too, and the server is named", async () => {
  const theatre = fleet({
    behave: (call) => {
      if (isInstall(call, "web-03")) return { code: 1 };
      const isUndo = call.target?.name === "web-03" && call.script.includes("$PREVIOUS_VERSION");
      return isUndo ? { ms: call.timeoutMs, ending: { kind: "timed-out" } } : undefined;
    },
  });
  expect(await theatre.run()).toBe("rollback-incomplete");
  expect(theatre.all("rollback-failed").map(({ target }) => target)).toEqual(["web-03"]);
  expect(hasNew(theatre, "web-02")).toBe(false);
});

it("capistrano-documentation#148: one failure leaves the commands of the others to end, and takes what they say", async () => {
  const theatre = fleet(
    {
      behave: (call) => {
        if (isInstall(call, "web-02")) return { ms: SECOND, code: 1 };
        return isInstall(call, "web-03") ? { ms: MINUTE } : undefined;
      },
    },
    [["timeout: 1m }", "timeout: 2m }"]],
  );
  expect(await theatre.run()).toBe("rolled-back");
  const ends = theatre.journal.filter(
    (one) => "target" in one && one.target === "web-03" && one.kind === "step-finished",
  );
  expect(ends.length).toBeGreaterThanOrEqual(2);
  expect(countRuns(theatre, "web-03 undo Install")).toBe(1);
  expect(theatre.startOf("web-03 undo Install")).toBeGreaterThanOrEqual(
    theatre.startOf("web-03 Install") + MINUTE,
  );
});
