import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import * as z from "zod";

/** Names one process among all that ever ran anywhere. `namespace`: process numbers mean nothing in another container. */
export const ProcessIdentity = z.object({
  machine: z.string(),
  boot: z.string(),
  namespace: z.string(),
  pid: z.int().positive(),
  start: z.string(),
});
export type ProcessIdentity = z.infer<typeof ProcessIdentity>;

/** null: this machine does not tell itself apart well enough, so nothing can be proven on it later. */
export function identifyProcess(pid: number = process.pid): ProcessIdentity | null {
  const host = process.platform === "linux" ? identifyLinux() : identifyOther();
  const start = readStart(pid);
  return host === null || start === null ? null : { ...host, pid, start };
}

/**
 * Why that process is certainly dead, or null. Only for one of this very machine, boot and process
 * namespace; silence is no proof.
 */
export function proveDeath(of: ProcessIdentity): string | null {
  const here = identifyProcess();
  if (here === null) return null;
  if (here.machine !== of.machine || here.boot !== of.boot || here.namespace !== of.namespace) return null;
  if (!isPidTaken(of.pid)) return `process ${of.pid} is gone from this machine`;
  const start = readStart(of.pid);
  if (start === null || start === of.start) return null;
  return start === ZOMBIE
    ? `process ${of.pid} on this machine has ended`
    : `process ${of.pid} on this machine is another one by now`;
}

/** Asked with a signal that is never sent: /proc may hide other users' processes, this does not. */
function isPidTaken(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

const ZOMBIE = "zombie";

/** The start time in the system's own words; null when it cannot be read. */
function readStart(pid: number): string | null {
  if (process.platform !== "linux") return ask("ps", ["-o", "lstart=", "-p", String(pid)]);
  const stat = read(`/proc/${pid}/stat`);
  // The name in brackets may contain anything; the rest is numbered from the state, field 3.
  const fields = stat?.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields?.[0] === "Z" || fields?.[0] === "X") return ZOMBIE;
  return fields?.[19] ?? null;
}

type Host = Pick<ProcessIdentity, "machine" | "boot" | "namespace">;

function identifyLinux(): Host | null {
  const boot = read("/proc/sys/kernel/random/boot_id");
  const processes = link("/proc/self/ns/pid");
  if (!boot || !processes) return null;
  const machine = read("/etc/machine-id") || hostname();
  return { machine, boot, namespace: `${processes} ${link("/proc/self/ns/time") ?? ""}`.trim() };
}

function identifyOther(): Host | null {
  const boot = ask("sysctl", ["-n", "kern.bootsessionuuid"]);
  return boot === null ? null : { machine: hostname(), boot, namespace: "" };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

function link(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function ask(program: string, args: string[]): string | null {
  try {
    const env = { ...process.env, LC_ALL: "C" };
    return (
      execFileSync(program, args, {
        env,
        encoding: "utf8",
        timeout: 5_000,
        stdio: ["ignore", "pipe", "ignore"],
      }).trim() || null
    );
  } catch {
    return null;
  }
}
