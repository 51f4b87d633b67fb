import { execFileSync } from "node:child_process";
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Sshd, startSshd } from "../../e2e/sshd.ts";

/** What every tool is given: the same hosts behind one sshd, and an ssh configuration that reaches them. */
export type Fleet = Readonly<{
  sshd: Sshd;
  folder: string;
  sshConfig: string;
  keyFile: string;
  /** Addresses, the first `count` of the fleet. */
  hosts(count: number): readonly string[];
}>;

/** Two steps and a health check, as any shell on a host runs them. `$HOME` is the sshd's own folder. */
export const STEPS = ['echo "$$" >> "$HOME/install.log"', 'echo "$$" >> "$HOME/enable.log"'] as const;
export const CHECK = 'test -s "$HOME/enable.log"';

export async function startFleet(): Promise<Fleet> {
  const sshd = await startSshd();
  const { folder, keyText, knownHostsFile, port, user } = sshd;
  const keyFile = path.join(folder, "client-key");
  writeFileSync(keyFile, keyText, { mode: 0o600 });
  const sshConfig = path.join(folder, "ssh_config");
  const options = [
    "Host *",
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile ${keyFile}`,
    "IdentitiesOnly yes",
    `UserKnownHostsFile ${knownHostsFile}`,
    "GlobalKnownHostsFile /dev/null",
    "StrictHostKeyChecking yes",
    "BatchMode yes",
    "LogLevel ERROR",
  ];
  writeFileSync(sshConfig, `${options.join("\n  ")}\n`);
  prepareRepository(folder, knownHostsFile);
  return { sshd, folder, sshConfig, keyFile, hosts: listHosts };
}

/** More of them than one network of 254 holds. */
function listHosts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `127.0.${1 + Math.floor(at / 254)}.${1 + (at % 254)}`);
}

function prepareRepository(folder: string, knownHostsFile: string): void {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  copyFileSync(knownHostsFile, path.join(folder, "fleet_known_hosts"));
  git("init", "--quiet");
  git("add", "fleet_known_hosts");
  git(
    "-c",
    "user.name=bench",
    "-c",
    "user.email=bench@example.com",
    "commit",
    "--quiet",
    "--message",
    "Hosts",
  );
}
