import { setTimeout as sleep } from "node:timers/promises";
import { hasLiveMembers } from "./process-table.ts";

const POLL_MS = 25;
/** How long a killed process may take to go: longer, and it hangs in the kernel or is not ours to kill. */
const KILLED_MS_MAX = 1_000;

/** For a run that was cancelled: everything has to be gone within a second. */
export const CANCEL_GRACE_MS = 400;

/**
 * Ends a whole process group: SIGTERM, and SIGKILL for what is still there after the grace, which
 * shrinks once `isHurried` says so. False when something is left that cannot be ended.
 */
export async function endGroup(leader: number, graceMs: number, isHurried: () => boolean): Promise<boolean> {
  signalGroup(leader, "SIGTERM");
  // A stopped process acts on SIGTERM only once it goes on.
  signalGroup(leader, "SIGCONT");
  if (await isGone(leader, graceMs, isHurried)) return true;
  signalGroup(leader, "SIGKILL");
  return isGone(leader, KILLED_MS_MAX, () => false);
}

type Delivery = "sent" | "nobody" | "refused";

export function signalGroup(leader: number, signal: NodeJS.Signals | 0): Delivery {
  // 0 and 1 would mean our own group, and everybody.
  if (!(leader > 1)) return "nobody";
  try {
    process.kill(-leader, signal);
    return "sent";
  } catch (error) {
    // Refused: what is left belongs to another user, after `sudo` for one.
    return (error as NodeJS.ErrnoException).code === "ESRCH" ? "nobody" : "refused";
  }
}

async function isGone(leader: number, withinMs: number, isHurried: () => boolean): Promise<boolean> {
  let until = performance.now() + withinMs;
  let hurried = false;
  while (isThere(leader)) {
    if (!hurried && isHurried()) {
      hurried = true;
      until = Math.min(until, performance.now() + CANCEL_GRACE_MS);
    }
    if (performance.now() >= until) return false;
    await sleep(POLL_MS);
  }
  return true;
}

function isThere(leader: number): boolean {
  const delivery = signalGroup(leader, 0);
  return delivery === "refused" || (delivery === "sent" && hasLiveMembers(leader));
}
