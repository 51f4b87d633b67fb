import { lstat, readdir } from "node:fs/promises";
import path from "node:path";
import { ChangeError } from "../errors.ts";
import { readFileBytes } from "./read-file.ts";

const PLANS_MAX = 500;
const ENTRIES_MAX = 10_000;
const BYTES_MAX = 20 * 1024 * 1024;

/**
 * The plans below a folder of the workspace, by their paths in it, in order. Other YAML files, such as
 * host lists, are none: a plan has `change-plan` as a key. Links are not followed: they lead anywhere.
 */
export async function findPlans(workspace: string, folder: string): Promise<string[]> {
  const root = path.resolve(workspace, folder);
  if (path.relative(workspace, root).startsWith("..") || !(await isFolder(root))) {
    throw new ChangeError("PLAN_UNREADABLE", `There is no folder ${folder} in the workspace.`, {
      hint: "Name the folder of the plans, by its path in the repository that is checked out.",
    });
  }
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  if (entries.length > ENTRIES_MAX) throw tooMany(folder, `${ENTRIES_MAX} files`);
  const plans: string[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || !/\.ya?ml$/.test(entry.name) || !(await isPlan(file))) continue;
    plans.push(path.relative(workspace, file));
    if (plans.length > PLANS_MAX) throw tooMany(folder, `${PLANS_MAX} plans`);
  }
  return plans.sort();
}

async function isFolder(root: string): Promise<boolean> {
  try {
    return (await lstat(root)).isDirectory();
  } catch {
    return false;
  }
}

async function isPlan(file: string): Promise<boolean> {
  const bytes = await readFileBytes(file, { what: "plan", bytesMax: BYTES_MAX });
  return /^change-plan[ \t]*:/m.test(Buffer.from(bytes).toString("utf8"));
}

function tooMany(folder: string, what: string): ChangeError {
  return new ChangeError("PLAN_UNREADABLE", `There are more than ${what} below ${folder}.`, {
    hint: "Move what is done to another folder, or name a deeper one.",
  });
}
