import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Socket } from "node:net";
import os from "node:os";
import path from "node:path";
import { ChangeError } from "../../errors.ts";
import { KEY_FILE, KNOWN_HOSTS_FILE } from "./ssh-arguments.ts";

/**
 * Waits for our process's end, however it comes, kill -9 included: then the masters go, with the
 * clients that share them, and so does the key.
 */
const CARETAKER = `trap '' HUP INT TERM
read -r _
for socket in c*; do
  if [ -S "$socket" ]; then ssh -F /dev/null -o ControlPath="$socket" -O exit host; fi
done
cd / && rm -rf -- "$1"`;

export type Workspace = Readonly<{ folder: string; remove(): void }>;

/** A private folder for the key, a copy of the known hosts and the masters' sockets. */
export function openWorkspace(options: { keyText: string; knownHostsFile: string }): Workspace {
  const knownHosts = readKnownHosts(options.knownHostsFile);
  const folder = mkdtempSync(path.join(os.tmpdir(), "change-deploy-ssh-"));
  const caretaker = spawn("/bin/sh", ["-c", CARETAKER, "sh", folder], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  caretaker.on("error", () => {});
  letGo(caretaker);
  writeFileSync(path.join(folder, KEY_FILE), keyFile(options.keyText), { mode: 0o600, flag: "wx" });
  writeFileSync(path.join(folder, KNOWN_HOSTS_FILE), knownHosts, { mode: 0o600, flag: "wx" });
  return {
    folder,
    remove() {
      rmSync(folder, { recursive: true, force: true });
      caretaker.kill("SIGKILL");
    },
  };
}

function readKnownHosts(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new ChangeError("PLAN_UNREADABLE", `The known hosts ${file} could not be read.`, {
      cause,
      hint: "Commit the file that `targets.ssh.known-hosts` names, with the targets' host keys.",
    });
  }
}

/** What passed through a form or another system: OpenSSH wants its own line ends, and the last one too. */
function keyFile(text: string): string {
  return `${text.replaceAll("\r\n", "\n").trim()}\n`;
}

/** It must not keep our process from ending. */
export function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) (stream as Socket | null)?.unref?.();
}
