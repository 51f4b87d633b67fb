/** The names in the workspace, which is the client's working directory: no path to quote, none too long. */
export const KEY_FILE = "key";
export const KNOWN_HOSTS_FILE = "known-hosts";

const CONNECT_TIMEOUT_S = 10;
/** A peer that is silent for three of these is dead: within 20 s. */
const ALIVE_INTERVAL_S = 5;
const ALIVE_COUNT_MAX = 3;

export type Login = Readonly<{ user: string; port: number }>;

const OPTIONS: Readonly<Record<string, string | number>> = {
  // Host keys: the plan's file alone, never learnt, never scanned.
  StrictHostKeyChecking: "yes",
  UserKnownHostsFile: KNOWN_HOSTS_FILE,
  GlobalKnownHostsFile: "/dev/null",
  UpdateHostKeys: "no",
  VerifyHostKeyDNS: "no",
  CheckHostIP: "no",
  // Who we are: the plan's key alone, and nobody to ask.
  IdentityFile: KEY_FILE,
  IdentitiesOnly: "yes",
  IdentityAgent: "none",
  BatchMode: "yes",
  PreferredAuthentications: "publickey",
  PasswordAuthentication: "no",
  KbdInteractiveAuthentication: "no",
  // Nothing goes through but our commands.
  ForwardAgent: "no",
  ForwardX11: "no",
  ClearAllForwardings: "yes",
  PermitLocalCommand: "no",
  RequestTTY: "no",
  EscapeChar: "none",
  ConnectTimeout: CONNECT_TIMEOUT_S,
  ConnectionAttempts: 1,
  ServerAliveInterval: ALIVE_INTERVAL_S,
  ServerAliveCountMax: ALIVE_COUNT_MAX,
  ControlPersist: "no",
  LogLevel: "ERROR",
};

/**
 * Begins what follows as a plain shell, whatever the login shell is: every one of them knows `exec` and
 * single quotes. The shell has to lead its process group, so that all of it can be ended together; a
 * server that does not see to this needs setsid.
 */
export const BOOTSTRAP =
  "exec /bin/sh -c 'kill -0 -$$ 2>/dev/null && exec /bin/sh; " +
  "command -v setsid >/dev/null && exec setsid /bin/sh; exec /bin/sh'";

/** The client's arguments: as the master that others share, or as one of those who share it. */
export function sshArguments(
  host: string,
  login: Login,
  control: Readonly<{ socket: string; isMaster: boolean }>,
): string[] {
  const options = {
    ...OPTIONS,
    ControlPath: control.socket,
    ControlMaster: control.isMaster ? "yes" : "no",
  };
  return [
    ...["-F", "/dev/null", "-T", "-a", "-x"],
    ...Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]),
    ...["-p", String(login.port), "-l", login.user, "--", host, BOOTSTRAP],
  ];
}
