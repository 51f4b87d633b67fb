import { randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";

const RESERVE_BYTES = 1024 * 1024;

/**
 * Disk space put by, so that what already runs can still be recorded when the disk is full. Random,
 * because a file system may store zeros for nothing. A disk too full for it is no failure yet.
 */
export async function makeReserve(path: string): Promise<void> {
  try {
    const file = await open(path, "wx", 0o600);
    try {
      await file.writeFile(randomBytes(RESERVE_BYTES));
      await file.datasync();
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") await rm(path, { force: true });
  }
}

/** Gives the space back: `true` when there was any, and it has not been given back before. */
export async function spendReserve(path: string): Promise<boolean> {
  try {
    await rm(path);
    return true;
  } catch {
    return false;
  }
}
