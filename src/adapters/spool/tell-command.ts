import { rm, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { ChangeError } from "../../errors.ts";
import type { Clock } from "../../ports.ts";
import { readWhole, spoolFiles, ToldAnswer, type ToldCommand, writeWhole } from "./spool-file.ts";

const POLL_MS = 100;

export type Telling = Readonly<{ folder: string; clock: Clock; waitMs: number }>;

export type Told =
  | ToldAnswer
  /** Nobody listens in that folder, or took it in time; it is withdrawn, so that nobody will. */
  | Readonly<{ ok: null; kind: "unheard" }>
  /** It was taken, and there was no answer in time. */
  | Readonly<{ ok: null; kind: "unanswered" }>;

/** Leaves the command for the process that listens in the folder, and waits for its answer. Throws CHANGE_STATE. */
export async function tellCommand(told: ToldCommand, { folder, clock, waitMs }: Telling): Promise<Told> {
  const files = spoolFiles(folder, told.id);
  const endMs = clock.now() + waitMs;
  let isLeft = false;
  for (;;) {
    // Who has just begun makes the folder when it begins to listen.
    isLeft ||= await leave(told, files.said);
    const answer = await readWhole(files.answer, ToldAnswer);
    if (answer !== null) {
      await rm(files.answer, { force: true });
      return answer;
    }
    if (clock.now() >= endMs) break;
    await clock.sleep(POLL_MS);
  }
  return { ok: null, kind: (await isWithdrawn(files.said)) || !isLeft ? "unheard" : "unanswered" };
}

/** false: it is not there any more, so it has been taken. */
function isWithdrawn(file: string): Promise<boolean> {
  return unlink(file).then(
    () => true,
    () => false,
  );
}

/** false: there is no such folder, as no process has ever listened there. */
async function leave(told: ToldCommand, file: string): Promise<boolean> {
  try {
    const { uid, gid } = await stat(path.dirname(file));
    // root may tell anybody; the listener has to be able to read it.
    const isForOther = process.getuid?.() === 0 && uid !== 0;
    await writeWhole(file, told, isForOther ? { uid, gid } : undefined);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return false;
    if (code !== "EACCES" && code !== "EPERM" && code !== "EROFS") throw error;
    throw new ChangeError("CHANGE_STATE", "Another user's process is at work on the change.", {
      cause: error,
      hint: "Only that user, or root, can tell it anything.",
    });
  }
}
