import { ChangeError } from "../errors.ts";
import { LEASE_MS } from "./journal.ts";
import type { LeaseRecord } from "./remote.ts";
import type { Session } from "./session.ts";
import type { World } from "./world.ts";

export const LEASE_POLL_MS = 15_000;
const READ_MS = 50;
const TRIES_MAX = 10_000;

/** Takes the lease, or waits for it as long as its patience lasts. Throws LEASE_HELD or JOURNAL_UNREACHABLE. */
export async function acquireLease(world: World, session: Session, patienceMs: number): Promise<LeaseRecord> {
  const { clock } = session;
  const endMs = clock.now() + patienceMs;
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    await clock.sleep(READ_MS);
    const previous = world.remote.lease;
    const isFree = previous === null || isOver(previous, session);
    const claimed = !world.isCutOff && isFree ? await claim(world, session, previous) : null;
    if (claimed !== null) return claimed;
    if (clock.now() >= endMs) break;
    await clock.sleep(LEASE_POLL_MS);
  }
  if (world.isCutOff) throw new ChangeError("JOURNAL_UNREACHABLE", "no answer");
  throw new ChangeError("LEASE_HELD", "somebody else is at work");
}

/** Given back, run out by this machine's clock, or its holder's death is seen on this very machine. */
function isOver(previous: LeaseRecord, { clock, machine }: Session): boolean {
  if (previous.state === "released" || previous.expiresMs <= clock.now()) return true;
  return previous.machine === machine.name && previous.life.isOver;
}

/** null: somebody else was quicker. */
async function claim(
  world: World,
  session: Session,
  previous: LeaseRecord | null,
): Promise<LeaseRecord | null> {
  const { clock, machine, life } = session;
  const { remote } = world;
  const lease: LeaseRecord = {
    commit: remote.nextCommit(),
    token: (previous?.token ?? 0) + 1,
    acted: previous?.acted ?? 0,
    state: "held",
    isTakenOver: previous?.state === "held",
    holder: { actor: "tester", where: machine.name },
    machine: machine.name,
    expiresMs: clock.now() + LEASE_MS,
    life,
  };
  await clock.sleep(world.pushMs / 2);
  // The journal is not moved by this: only the lease is compared.
  const push = {
    commit: lease.commit,
    head: remote.head,
    leaseCommit: previous?.commit ?? 0,
    events: [],
    lease,
  };
  const answer = remote.accept(push);
  await clock.sleep(world.pushMs / 2);
  return answer === "accepted" ? lease : null;
}
