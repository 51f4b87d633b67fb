import { join } from "node:path";
import { encodeName } from "../adapters/git/names.ts";

/** What this machine keeps of a change beside its journal: receipts, backups, commands of other processes. */
export function changeFolder(gitDir: string, environment: string, changeId: string): string {
  return join(gitDir, "change-deploy", encodeName(environment), encodeName(changeId));
}

export function commandsIn(folder: string): string {
  return join(folder, "commands");
}
