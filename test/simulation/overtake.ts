import type { World } from "../../src/rehearsal/world.ts";
import { listStandings } from "../../src/rollout/standing.ts";

/** A lease that is held for longer is one of a clock that is wrong. */
const LEASE_MS_MAX = 15 * 60_000;

/**
 * Another change takes the lease, and leaves other versions, another live group and other data, as one that
 * goes back does. The guard lets nobody past what ours has left, nor while a step of it may still run.
 */
export async function overtake(world: World): Promise<void> {
  const { clock, remote, fleet, backups } = world;
  const { lease } = remote;
  if (lease === null) return;
  if (lease.state === "held") {
    const leftMs = lease.expiresMs - clock.now();
    if (leftMs > LEASE_MS_MAX) return;
    await clock.sleep(Math.max(0, leftMs));
  }
  if (!listStandings(remote.events).next().done || !fleet.isUntouched) return;
  const token = lease.token + 1;
  remote.lease = { ...lease, commit: remote.nextCommit(), token, acted: token, state: "released" };
  fleet.overtake(`1.${token}`);
  backups.outdateAll();
}
