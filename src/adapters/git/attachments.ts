import { readFile, rm } from "node:fs/promises";
import * as z from "zod";
import type { JournalFiles } from "./history.ts";
import { replaceFile } from "./write-ahead-file.ts";

export type Attached = Readonly<Record<string, string>>;

const Attached = z.record(z.string(), z.string());

/** Files for a commit that is still to come: like the events beside them, they survive this process. */
export async function saveAttached(path: string, files: Attached): Promise<void> {
  await replaceFile(path, JSON.stringify(files));
}

/** null: none are waiting, or what is there was cut short before anything was told to be safe. */
export async function readAttached(path: string): Promise<Attached | null> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return Attached.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function dropAttached(path: string): Promise<void> {
  await rm(path, { force: true });
}

/** What a reader of the journal gets, once these have been flushed. */
export function overlay(files: JournalFiles, attached: Attached | null): JournalFiles {
  if (attached === null) return files;
  return { plan: attached["plan.yaml"] ?? files.plan, inputs: attached["inputs.json"] ?? files.inputs };
}
