import os from "node:os";
import { type Receipt, readReceipt, UNCLAIMED_CODE, voidReceipt } from "./receipt.ts";
import type { Exit } from "./shell.ts";

/** What a shell adds to a signal's number to make a status of it. */
const SIGNALLED = 128;

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

/** The leader of a job whose number was never said; null when it can be proven that there is none. */
export function unannouncedJob(receipt: string): number | null {
  const found = voidReceipt(receipt) ? null : read(receipt);
  return found !== null && "leader" in found ? found.leader : null;
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
