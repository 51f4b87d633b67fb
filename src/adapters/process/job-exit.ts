import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Receipt, readReceipt, UNCLAIMED_CODE, voidReceipt } from "./receipt.ts";
import type { Exit } from "./shell.ts";

/** What a shell adds to a signal's number to make a status of it. */
const SIGNALLED = 128;

/** Signals sent to it reach nobody. */
export const UNKNOWN_LEADER = 0;

const OPENING_TRIES = 20;
const OPENING_POLL_MS = 50;
const KILLED: Exit = { code: null, signal: "SIGKILL" };

export type Job = Readonly<{ leader: number; receipt: string }>;

/**
 * What a job's status means: a shell's word for it cannot tell a signal from an exit code, nor a script
 * that failed from one that never started, so the receipt decides. null: the shell itself is gone.
 */
export function jobExit(status: string | null, { leader, receipt }: Job): Exit | Error {
  const code = Number(status);
  if (status !== null && (code === 0 || code === UNCLAIMED_CODE)) return { code, signal: null };
  const found = read(receipt);
  if (status === null) return found.kind === "ended" ? { code: found.code, signal: null } : KILLED;
  if (!("leader" in found) || found.leader !== leader) return new Error(`status ${code}`);
  if (found.kind === "ended" || code <= SIGNALLED) return { code, signal: null };
  return { code: null, signal: nameOf(code - SIGNALLED) };
}

/**
 * The leader of a job whose number was never said: null when there is proven to be none, and
 * UNKNOWN_LEADER when it has begun its receipt and said no more.
 */
export async function unannouncedJob(receipt: string): Promise<number | null> {
  if (voidReceipt(receipt)) return null;
  for (let tries = 0; tries < OPENING_TRIES; tries += 1) {
    const found = read(receipt);
    if ("leader" in found) return found.leader;
    await sleep(OPENING_POLL_MS);
  }
  return UNKNOWN_LEADER;
}

export function hasEnded(receipt: string): boolean {
  return read(receipt).kind === "ended";
}

function read(receipt: string): Receipt {
  try {
    return readReceipt(receipt);
  } catch {
    return { kind: "damaged" };
  }
}

function nameOf(number: number): string {
  const signals = Object.entries(os.constants.signals);
  return signals.find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
