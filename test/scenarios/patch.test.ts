import { describe, expect, it } from "vitest";
import { listTasks } from "../../src/report/owed-tasks.ts";
import { type Script, Theatre } from "../fakes/theatre.ts";
import { loadPlanFile } from "./load.ts";

const MINUTE = 60_000;
/** A Tuesday, ten o'clock in Berlin. */
const TEN = "2027-03-02T09:00:00Z";
const PORTALS = Array.from({ length: 8 }, (_, i) => `portal-0${i + 1}`);
const IS_PATCH = /only-upgrade openssl libssl3\n/;

function patch(script: Script = {}, replace: readonly (readonly [string, string])[] = []): Theatre {
  const change = loadPlanFile("examples/emergency-patch/plan.yml", { replace });
  // The example's commands name versions in their own way.
  const theatre = new Theatre(change, {
    startAt: TEN,
    ...script,
    behave: (call, stage) => {
      const behaviour = script.behave?.(call, stage);
      const isDone = (behaviour?.code ?? 0) === 0 && call.target !== null;
      if (isDone && IS_PATCH.test(call.script)) stage.versions.set(call.target!.name, "2.0");
      return behaviour;
    },
  });
  return theatre;
}

describe("G2: an emergency security patch in office hours", () => {
  it("tells people half an hour before, and begins no earlier", async () => {
    const theatre = patch();
    expect(await theatre.run()).toBe("succeeded");
    const notice = theatre.messages.find(({ message }) => message.title.includes("starts in 30 min"))!;
    expect(notice.message.level).toBe("info");
    expect(theatre.ran[0]!.atMs - notice.atMs).toBeGreaterThanOrEqual(30 * MINUTE);
    expect(theatre.ran[0]!.atMs - notice.atMs).toBeLessThan(31 * MINUTE);
  });

  it("patches server by server, and touches the next one only when the one before has proved itself", async () => {
    const theatre = patch();
    await theatre.run();
    expect(theatre.story.filter((line) => line.endsWith(" Patch"))).toEqual(
      PORTALS.map((name) => `${name} Patch`),
    );
    for (const [i, name] of PORTALS.slice(1).entries()) {
      const enabled = theatre.startOf(`${PORTALS[i]} Enable`) + 1_000;
      expect(theatre.startOf(`${name} Drain`) - enabled).toBeGreaterThanOrEqual(30_000 + MINUTE);
    }
  });

  it("interrupts nobody: seven of eight serve at every moment, and each is drained before it is patched", async () => {
    const theatre = patch();
    const serving = new Set(PORTALS);
    let fewest = PORTALS.length;
    theatre.watch = (event) => {
      if (event.kind === "step-started" && event.target !== null) {
        const { name } = theatre.change.apply.each[event.step]!;
        if (name === "Drain") serving.delete(event.target);
        if (name === "Patch") expect(serving.has(event.target)).toBe(false);
      }
      if (event.kind === "batch-passed")
        for (const name of PORTALS.slice(0, event.batch + 1)) serving.add(name);
      fewest = Math.min(fewest, serving.size);
    };
    await theatre.run();
    expect(fewest).toBe(7);
    expect(theatre.mostUnavailable).toBe(1);
  });

  it("shows its progress as it goes, and reports the result, with the review that is owed", async () => {
    const theatre = patch();
    await theatre.run();
    const told = theatre.messages.filter(({ message }) => message.title.includes("passed batch"));
    expect(told.map(({ message }) => /batch (\d) of 8/.exec(message.title)?.[1])).toEqual([..."12345678"]);
    expect(new Set(told.map(({ atMs }) => atMs)).size).toBe(8);
    expect(theatre.messages.at(-1)!.message).toMatchObject({ level: "success" });
    const review = listTasks(theatre.state).find(({ what }) => what.includes("emergency"))!;
    expect(review.owners.length).toBeGreaterThan(0);
    expect(review.dueMs! - Date.parse(theatre.last("finished").at)).toBe(24 * 60 * MINUTE);
  });

  it("rolls back at once when a server is not well after its patch, that one first, and the rest stay untouched", async () => {
    const theatre = patch({
      read: (check, target, { versions }) =>
        check === "alive" && target === "portal-03" && versions.get(target) === "2.0" ? "ill" : undefined,
    });
    expect(await theatre.run()).toBe("rolled-back");
    const undone = theatre.story.filter((line) => line.endsWith("undo Patch"));
    expect(undone).toEqual(["portal-03", "portal-02", "portal-01"].map((name) => `${name} undo Patch`));
    const undo = theatre.ran.find(({ name }) => name.startsWith("undo "))!;
    expect(undo.atMs - Date.parse(theatre.last("trigger-fired").at)).toBeLessThanOrEqual(1_000);
    expect(theatre.story).not.toContain("portal-04 Drain");
    expect(theatre.mostUnavailable).toBe(1);
  });

  it("isolates and rolls back where the hole is used while it is being closed", async () => {
    const theatre = patch({
      read: (check, _, { story }) =>
        check === "intrusion" && story.includes("portal-02 Enable") && !story.includes("Isolate")
          ? "ill"
          : undefined,
    });
    expect(await theatre.run()).toBe("rolled-back");
    const at = theatre.story.indexOf("Isolate");
    expect(theatre.story[at + 1]).toContain("undo ");
  });

  it("may run at night, too, being an emergency; a normal change of the same plan may not", async () => {
    const night = { startAt: "2027-03-02T01:00:00Z" };
    expect(await patch(night).run()).toBe("succeeded");
    const normal = patch(night, [["type: emergency", "type: normal"]]);
    expect(await normal.run()).toBe("rejected");
    expect(normal.last("finished").reasonCode).toBe("window-closed");
  });

  it("without security's approval it does not run, emergency or not", async () => {
    const theatre = patch({ isApproved: false });
    expect(await theatre.run()).toBe("rejected");
    expect(theatre.ran).toEqual([]);
  });

  it("with complaints it stops half patched and asks: half is better than none, so nobody's silence undoes it", async () => {
    const theatre = patch({ count: (_, { story }) => (story.includes("portal-04 Enable") ? 3 : 0) });
    expect(await theatre.run()).toBe("held");
    expect(theatre.last("question-expired")).toMatchObject({ trigger: "complaints", otherwise: "hold" });
    expect(theatre.versions.get("portal-01")).toBe("2.0");
    expect(theatre.versions.get("portal-08")).toBe("1.0");
    expect(theatre.story.some((line) => line.includes("undo"))).toBe(false);
  });
});
