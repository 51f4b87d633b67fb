import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { RUN_VARIABLE } from "./wrap-script.ts";

/** One look at the whole table serves every group that is being waited for. */
const TABLE_MS_MAX = 50;
const PS_MS_MAX = 2_000;
const LINUX = process.platform === "linux";

/** Whether the run's own shell is alive: its number may be somebody else's by now, its nonce is not. */
export function isLeaderAlive(leader: number, nonce: string): boolean {
  const words = LINUX ? read(`/proc/${leader}/cmdline`) : commandLine(leader);
  return words.includes(nonce);
}

/** Whether anything that the run's shell started lives on in its group. Only Linux can tell. */
export function isGroupOurs(leader: number, nonce: string): boolean {
  const members = membersByGroup(0).get(leader) ?? [];
  return members.some((pid) => read(`/proc/${pid}/environ`).includes(`${RUN_VARIABLE}=${nonce}`));
}

/** Whether a group has members that are more than zombies, which may be left for long by a lazy parent. */
export function hasLiveMembers(leader: number): boolean {
  // A table that does not know the group may be older than the group.
  return !LINUX || membersByGroup(TABLE_MS_MAX).has(leader) || membersByGroup(0).has(leader);
}

let table = new Map<number, string[]>();
let readAtMs = Number.NEGATIVE_INFINITY;

function membersByGroup(ageMsMax: number): ReadonlyMap<number, readonly string[]> {
  if (!LINUX || performance.now() - readAtMs < ageMsMax) return table;
  table = new Map();
  for (const pid of readdirSync("/proc")) {
    const group = /^\d+$/.test(pid) ? liveGroupOf(pid) : null;
    if (group !== null) table.set(group, [...(table.get(group) ?? []), pid]);
  }
  readAtMs = performance.now();
  return table;
}

/** null for a process that is gone, or dead and not yet buried. */
function liveGroupOf(pid: string): number | null {
  const stat = read(`/proc/${pid}/stat`);
  // The name in parentheses may hold anything; after it come the state, the parent and the group.
  const [state, , group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === "Z" || state === "X" || group === undefined ? null : Number(group);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function commandLine(pid: number): string {
  try {
    return execFileSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], {
      timeout: PS_MS_MAX,
    }).toString();
  } catch {
    return "";
  }
}
