import { Connections } from "./connections.ts";
import type { Links } from "./links.ts";
import { type Output, type SshCommands, targetCommands } from "./target-commands.ts";
import { openWorkspace } from "./workspace.ts";

const GRACE_MS = 5_000;

export type SshCommandsOptions = Readonly<{
  user: string;
  port: number;
  /** The plan's file: its hosts are the only ones that are trusted. Read once, now. */
  knownHostsFile: string;
  /** The private key itself. */
  keyText: string;
  environment: string;
  /** One per change: receipts are kept under it, and removed with it. */
  changeKey: string;
  /** The lease's token: targets refuse whoever comes with less than they have seen. */
  fencingToken: number;
  collect: (label: string | null) => Output;
  sanitise: (text: string) => string;
  /** Between SIGTERM and SIGKILL, when a run's time is over. */
  graceMs?: number;
  mastersMax?: number;
  idleMs?: number;
}>;

/**
 * Runs steps and checks on their targets, by OpenSSH's own client. Throws PLAN_UNREADABLE when the
 * known hosts cannot be read. `endAll` or `killAll` has to come last: they remove the key.
 */
export function sshCommands(options: SshCommandsOptions): SshCommands {
  const { user, port, sanitise, collect, graceMs = GRACE_MS, mastersMax, idleMs } = options;
  const workspace = openWorkspace(options);
  const place = { folder: workspace.folder, login: { user, port }, sanitise };
  const connections = new Connections({ ...place, mastersMax, idleMs });
  const links: Links = {
    acquire: (target, patience) => connections.acquire(target, patience),
    async end() {
      await connections.end();
      workspace.remove();
    },
    kill() {
      connections.kill();
      workspace.remove();
    },
  };
  const { environment, changeKey: change, fencingToken } = options;
  const authority = { environment, change, fencingToken };
  return targetCommands({ links, authority, collect, sanitise, graceMs });
}
