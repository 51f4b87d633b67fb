import type { World } from "../../src/rehearsal/world.ts";
import { replay } from "../../src/rollout/replay.ts";

/** A person puts right by hand whatever the rollback has named. */
export function mendByHand(world: World): void {
  const { rollback } = replay(world.change, world.remote.events);
  const { fleet } = world;
  for (const name of rollback?.failed.keys() ?? []) {
    const truth = fleet.targets.get(name);
    if (truth !== undefined) {
      Object.assign(truth, { applied: 0, half: 0, begun: 0, version: truth.original, sickness: "none" });
    }
    for (const [key, marks] of fleet.once) {
      if (key.startsWith(`${name} `)) Object.assign(marks, { applied: 0, half: 0, begun: 0 });
    }
    if (name === "switch") fleet.sendTrafficBack();
    if (name === "restore" || name === "service") fleet.restoreData(true);
  }
}
