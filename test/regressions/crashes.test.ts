import { expect, it } from "vitest";
import type { ChangeEvent } from "../../src/rollout/events.ts";
import { replay } from "../../src/rollout/replay.ts";
import { Theatre } from "../fakes/theatre.ts";
import { loadScenario } from "../scenarios/load.ts";
import { shop } from "../scenarios/shop.ts";
import { countRuns, fleet, MINUTE, SECOND, versionsOf } from "./fleet.ts";

type Kind = ChangeEvent["kind"];
/** At the `count`-th event of this kind. */
const atThe = (count: number, kind: Kind) => {
  let seen = 0;
  return (event: ChangeEvent) => event.kind === kind && ++seen === count;
};

/** No finished step ran twice. */
function expectNoRepeat(theatre: Theatre): void {
  const lines = theatre.story.filter((line) => !line.includes("undo"));
  expect(lines).toHaveLength(new Set(lines).size);
}

it("spinnaker#893: work under way when the controller dies is not lost: its end is found, and it is not repeated", async () => {
  const theatre = fleet({ behave: () => ({ ms: 20 * SECOND }) });
  expect(await theatre.run({ killAt: atThe(4, "step-started") })).toBe("killed");
  expect(await theatre.run()).toBe("succeeded");
  expectNoRepeat(theatre);
});

it.each([1, 5, 9, 13, 17, 20])(
  "spinnaker#1585: a controller that dies at step %s goes on with what is left",
  async (count) => {
    const theatre = fleet();
    expect(await theatre.run({ killAt: atThe(count, "step-started") })).toBe("killed");
    expect(await theatre.run()).toBe("succeeded");
    expectNoRepeat(theatre);
    expect(versionsOf(theatre)).toEqual(["2.0"]);
  },
);

it("spinnaker#4426: a restart cancels nothing: what runs goes on to its end", async () => {
  const theatre = fleet({ behave: () => ({ ms: MINUTE / 2 }) });
  await theatre.run({ killAt: atThe(6, "step-started") });
  await theatre.run();
  expect(theatre.all("step-interrupted")).toEqual([]);
  expect(theatre.all("step-failed")).toEqual([]);
});

it("capistrano#351: what a kill leaves half done does not break the rollback", async () => {
  const theatre = fleet();
  expect(await theatre.run({ killAt: atThe(7, "step-started") })).toBe("killed");
  expect(await theatre.run({ wish: "rollback" })).toBe("rolled-back");
  expect(versionsOf(theatre)).toEqual(["1.0"]);
});

it("ansible#12735: a re-run starts with the first server that is not done", async () => {
  const theatre = fleet();
  await theatre.run({ killAt: atThe(1, "batch-passed") });
  const before = theatre.ran.length;
  expect(await theatre.run()).toBe("succeeded");
  expect(theatre.story.slice(before).some((line) => line.startsWith("web-01 "))).toBe(false);
});

it("kamal#740: after a failure each server is known: its version, whether it was touched, and why", async () => {
  const theatre = fleet(
    {
      behave: ({ script, target }) =>
        script.includes("$CHANGE_VERSION") && target?.name === "web-03" ? { code: 1 } : undefined,
    },
    [["max-failures: 0", "max-failures: 1"]],
  );
  expect(await theatre.run()).toBe("held");
  const { targets, versions } = theatre.state;
  expect(targets.get("web-03")).toMatchObject({
    status: "failed",
    reason: expect.stringContaining("Install"),
  });
  expect([...targets.values()].filter(({ status }) => status === "updated")).toHaveLength(9);
  expect(versions.size).toBe(10);
});

it.each([
  ["ansible#10498", "Tune queries"],
  ["ansible#9323", "Warm caches"],
])("%s: what is to run afterwards is not forgotten when the run dies before it: %s", async (_, line) => {
  const theatre = shop();
  const isLast = (event: ChangeEvent) => event.kind === "batch-passed" && event.batch === 3;
  expect(await theatre.run({ killAt: isLast })).toBe("killed");
  expect(await theatre.run()).toBe("succeeded");
  expect(countRuns(theatre, line)).toBe(1);
});

it("nomad#4236: a deadline counts from the moment that health is awaited, anew after a resume", async () => {
  const theatre = fleet({ read: () => undefined });
  await theatre.run({ killAt: atThe(2, "step-finished") });
  await theatre.clock.drive(theatre.clock.sleep(24 * 60 * MINUTE));
  expect(await theatre.run()).toBe("succeeded");
  expect(theatre.all("target-failed")).toEqual([]);
});

it("spinnaker#7921: facts that come again do not take a finished change back", async () => {
  const theatre = fleet();
  await theatre.run();
  const late = theatre.journal.filter(({ kind }) => kind === "health-changed" || kind === "step-finished");
  const state = replay(theatre.change, [...theatre.journal, ...late]);
  expect(state.outcome?.outcome).toBe("succeeded");
  await expect(theatre.run()).rejects.toThrow("succeeded already");
});

it("tdealer01-crypto-dsg-control-plane#1155: a resume never switches the traffic twice", async () => {
  let live = "blue";
  const theatre = new Theatre(loadScenario("blue-green"), {
    behave: ({ script }, stage) => {
      if (script === "./router active") return { stdout: live };
      // It takes effect, and with its answer the process dies.
      if (script === "./router to-idle") {
        live = live === "blue" ? "green" : "blue";
        stage.kill();
      }
      return undefined;
    },
    receipt: () => ({ kind: "interrupted", detail: "it left no status" }),
  });
  expect(await theatre.run()).toBe("killed");
  expect(await theatre.run()).toBe("succeeded");
  expect(countRuns(theatre, "Switch")).toBe(1);
  expect(live).toBe("green");
});

it("waterline#54: a re-run reads what the change is by its journal, not by the number of an attempt", async () => {
  const theatre = fleet();
  for (const count of [2, 2, 2]) await theatre.run({ killAt: atThe(count, "step-finished") });
  expect(await theatre.run()).toBe("succeeded");
  expect(theatre.all("attempt-started")).toHaveLength(1);
  expectNoRepeat(theatre);
});
