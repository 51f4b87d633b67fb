import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const ASK_MS_MAX = 2_000;

/**
 * Whether this process's group has the terminal to itself. One in the background (`&`) that touched the
 * terminal's settings would be stopped by the system, and the change with it. Unknown counts as no.
 */
export function isForeground(): boolean {
  try {
    const { group, terminalGroup } = process.platform === "linux" ? readLinux() : askPs();
    return group === terminalGroup;
  } catch {
    return false;
  }
}

type Groups = Readonly<{ group: string; terminalGroup: string }>;

/** The name in brackets may contain anything; behind it come state, parent, group, session, tty, tty's group. */
function readLinux(): Groups {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { group: fields[2] ?? "", terminalGroup: fields[5] ?? "-1" };
}

function askPs(): Groups {
  const args = ["-o", "pgid=,tpgid=", "-p", String(process.pid)];
  const text = execFileSync("ps", args, { encoding: "utf8", timeout: ASK_MS_MAX });
  const [group = "", terminalGroup = "-1"] = text.trim().split(/\s+/);
  return { group, terminalGroup };
}
