import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { killIfThere } from "../fakes/kill-if-there.ts";

/** Debian's place first: sshd wants to be started by its full name. */
const SSHD = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"].find((file) => existsSync(file));

/** null where it can be run; otherwise what is missing, for the line that says so. */
export function missingForSsh(): string | null {
  if (process.platform !== "linux") return "Linux, whose whole loopback network answers";
  if (SSHD === undefined) return "sshd (openssh-server)";
  return ["ssh", "ssh-keygen"].find((program) => !isThere(program)) ?? null;
}

export function isThere(program: string): boolean {
  try {
    execFileSync("sh", ["-c", 'command -v "$1"', "sh", program]);
    return true;
  } catch {
    return false;
  }
}

export type Sshd = Readonly<{
  folder: string;
  port: number;
  user: string;
  keyText: string;
  /** Every address in 127.0.1.1 to 127.0.4.254 is a host; its key is the file's. */
  knownHostsFile: string;
  /** The home of the user behind the key. */
  home: string;
  pid: number;
  /** Ends the sessions that are open now, as a broken connection would. */
  cutSessions(): void;
  stop(): void;
}>;

export type SshdOptions = Readonly<{
  /** What the login shell does before our command: a profile that prints, a shell that is missing. */
  forceCommand?: string;
  extra?: readonly string[];
  listen?: string;
  /** What a session finds in its environment. */
  environment?: Readonly<Record<string, string>>;
  /** Starts it within a network namespace. */
  within?: readonly string[];
}>;

/** A real sshd with keys of its own on a free port, for the user who runs the tests. */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sshd-"));
  const file = (name: string) => path.join(folder, name);
  const home = file("home");
  mkdirSync(home, { mode: 0o700 });
  for (const name of ["host", "user"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", file(name)]);
  }
  const environment = { HOME: home, TMPDIR: home, ...options.environment };
  const settings = Object.entries(environment)
    .map(([name, value]) => `environment="${name}=${value}"`)
    .join(",");
  writeFileSync(file("authorized_keys"), `${settings} ${read(file("user.pub"))}`, { mode: 0o600 });
  const port = await freePort();
  if (process.getuid?.() === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  writeFileSync(file("sshd_config"), configOf(options, file, port));
  const [program = "", ...before] = [...(options.within ?? []), SSHD ?? "sshd"];
  const child = spawn(program, [...before, "-D", "-e", "-f", file("sshd_config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  // A test that fails does not come to its own end.
  process.once("exit", () => child.kill("SIGKILL"));
  await listening(child);
  const hostKey = read(file("host.pub")).trim();
  writeFileSync(file("known_hosts"), `[127.0.*.*]:${port},[10.213.*.*]:${port} ${hostKey}\n`);
  return {
    folder,
    port,
    user: os.userInfo().username,
    keyText: read(file("user")),
    knownHostsFile: file("known_hosts"),
    home,
    pid: child.pid ?? 0,
    cutSessions: () => killAll(childrenOf(child.pid ?? 0)),
    stop() {
      killAll(childrenOf(child.pid ?? 0));
      child.kill("SIGKILL");
      killAll(processesOf(home));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(options: SshdOptions, file: (name: string) => string, port: number): string {
  return [
    // It listens everywhere, because a loopback network has no end; nobody else may come in.
    `AllowUsers ${os.userInfo().username}@127.0.0.0/8 ${os.userInfo().username}@10.213.0.0/16`,
    // The first word on a setting is the one that counts.
    ...(options.extra ?? []),
    `Port ${port}`,
    `ListenAddress ${options.listen ?? "0.0.0.0"}`,
    `HostKey ${file("host")}`,
    `AuthorizedKeysFile ${file("authorized_keys")}`,
    `PidFile ${file("sshd.pid")}`,
    "PermitUserEnvironment yes",
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    // It looks at every folder above the keys, and those are not ours.
    "StrictModes no",
    "MaxStartups 2000",
    "MaxSessions 100",
    "UseDNS no",
    "PrintMotd no",
    "PrintLastLog no",
    ...(options.forceCommand === undefined ? [] : [`ForceCommand ${options.forceCommand}`]),
    "",
  ].join("\n");
}

export function killAll(pids: readonly number[]): void {
  for (const pid of pids) killIfThere(pid);
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-4_000);
      if (said.includes("Server listening")) resolve();
    });
    child.once("exit", () => reject(new Error(`sshd did not start: ${said}`)));
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as net.AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** All its descendants that are sshd themselves: the connections' processes. */
export function childrenOf(parent: number): number[] {
  const children = readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      const stat = read(`/proc/${pid}/stat`);
      return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === parent && /\(sshd/.test(stat);
    })
    .map(Number);
  return children.flatMap((pid) => [...childrenOf(pid), pid]);
}

/** All that runs on the hosts whose home this is: steps, and what they have left behind. */
export function processesOf(home: string): number[] {
  const isThere = (pid: string) => read(`/proc/${pid}/environ`).split("\0").includes(`HOME=${home}`);
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid) && isThere(pid))
    .map(Number);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
