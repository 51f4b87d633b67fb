import { join } from "node:path";
import { encodeName } from "../adapters/git/names.ts";

/** What this machine keeps of an environment: a folder for each change, by its id, and beside them names with a dot. */
export function environmentFolder(gitDir: string, environment: string): string {
  return join(gitDir, "change-deploy", encodeName(environment));
}

/** What this machine keeps of a change beside its journal: receipts, backups, commands of other processes. */
export function changeFolder(gitDir: string, environment: string, changeId: string): string {
  return join(environmentFolder(gitDir, environment), encodeName(changeId));
}

export function commandsIn(folder: string): string {
  return join(folder, "commands");
}
