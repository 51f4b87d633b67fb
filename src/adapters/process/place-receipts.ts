import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";

/** Files there live in memory: no write waits for a disk, and like the receipts they are gone with the boot. */
const MEMORY = "/dev/shm";
/** A file takes a page, and something for its name. */
const FILE_BYTES = 6_144;
/** Of the room that is left in memory, receipts take no more than this. */
const SHARE_MAX = 0.25;
/** Accounts below are of the system: nobody logs out of them. */
const PERSON_UID_MIN = 1_000;

/** What decides on the place; tests replace it. */
export type PlaceRules = Readonly<{ memory: string; isKept: boolean }>;

/**
 * The folder of a change's receipts: what a process of before has made, or a new one, in memory where that keeps until
 * the machine is started anew and has room for so many files, else on disk, to be made when it is needed. What is
 * in memory hangs on a link in the folder's own place, so that it is never found by a change that did not make it.
 */
export function placeReceipts(place: string, filesMax: number, rules: PlaceRules = findRules()): string {
  const isLink = lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  if (existsSync(place)) return isLink ? readlinkSync(place) : place;
  if (!rules.isKept) return place;
  try {
    // Of an earlier boot: what it leads to is gone.
    if (isLink) rmSync(place);
    return hasRoom(rules.memory, filesMax) ? makeInMemory(place, rules.memory) : place;
  } catch {
    return place;
  }
}

/** At the end of a change; safe to repeat. */
export function dropReceipts(place: string): void {
  const found = lstatSync(place, { throwIfNoEntry: false });
  if (found?.isSymbolicLink()) rmSync(readlinkSync(place), { recursive: true, force: true });
  rmSync(place, { recursive: true, force: true });
}

function findRules(): PlaceRules {
  return { memory: MEMORY, isKept: existsSync(MEMORY) && isKeptInMemory(process.env) };
}

/**
 * Where a login manager is at work, it may empty an account's shared memory when its last session ends,
 * just when somebody whose connection broke needs to know what became of a step. System accounts are spared,
 * and nobody logs in on GitHub's own runners.
 */
function isKeptInMemory(env: NodeJS.ProcessEnv): boolean {
  if (process.platform !== "linux" || process.getuid === undefined) return false;
  const isSystem = process.getuid() < PERSON_UID_MIN;
  return isSystem || !existsSync("/run/systemd/seats") || env.RUNNER_ENVIRONMENT === "github-hosted";
}

/** A new name that nobody knows beforehand, for us alone. */
function makeInMemory(place: string, memory: string): string {
  const folder = mkdtempSync(path.join(memory, "change-deploy-receipts-"));
  try {
    mkdirSync(path.dirname(place), { recursive: true });
    symlinkSync(folder, place);
    return folder;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

function hasRoom(memory: string, filesMax: number): boolean {
  const { bavail, bsize, ffree } = statfsSync(memory);
  return filesMax * FILE_BYTES <= bavail * bsize * SHARE_MAX && filesMax <= ffree * SHARE_MAX;
}
