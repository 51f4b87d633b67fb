import { setTimeout as sleep } from "node:timers/promises";
import type { ReceiptAnswer } from "../../ports.ts";
import { bootId, uptimeMs } from "./machine.ts";
import { CANCEL_GRACE_MS, endGroup } from "./process-group.ts";
import { isGroupOurs, isLeaderAlive } from "./process-table.ts";
import { type Receipt, readReceipt, voidReceipt } from "./receipt.ts";

const POLL_MS = 100;
/** A shell writes its first line right after the file's creation; one that has not by now is dead. */
const OPENING_MS_MAX = 1_000;

export type ProbeRules = Readonly<{
  file: string;
  provesAbsence: boolean;
  timeoutMs: number;
  graceMs: number;
  isCancelled: () => boolean;
}>;

type Started = Extract<Receipt, { kind: "started" }>;

/** What became of a run, by its receipt; waits for one that is still alive. Throws when the disk fails. */
export async function probeReceipt(rules: ProbeRules): Promise<ReceiptAnswer> {
  if (voidReceipt(rules.file)) return absent(rules);
  const receipt = await readOpened(rules);
  switch (receipt.kind) {
    case "absent":
    case "void":
      return absent(rules);
    case "opening":
      return interrupted("it died while it was being started, or its receipt could not be written");
    case "damaged":
      return interrupted("its receipt is damaged");
    case "ended":
      return { kind: "finished", code: receipt.code, ms: receipt.ms };
    case "started":
      return outlast(receipt, rules);
  }
}

function absent(rules: ProbeRules): ReceiptAnswer {
  if (rules.provesAbsence) return { kind: "unstarted" };
  return interrupted("this machine keeps no receipts from that time: it is another one, or was restarted");
}

async function readOpened(rules: ProbeRules): Promise<Receipt> {
  const until = performance.now() + OPENING_MS_MAX;
  let receipt = readReceipt(rules.file);
  while (receipt.kind === "opening" && performance.now() < until && !rules.isCancelled()) {
    await sleep(POLL_MS);
    receipt = readReceipt(rules.file);
  }
  return receipt;
}

async function outlast({ start, leader }: Started, rules: ProbeRules): Promise<ReceiptAnswer> {
  if (start.boot !== bootId()) return interrupted("the machine was restarted while it ran");
  const isAlive = () => isLeaderAlive(leader, start.nonce) || isGroupOurs(leader, start.nonce);
  // A process that is just being replaced by another program shows no environment for a moment, and one
  // that was forked during the look is not in it: only two looks in a row prove that nothing is left.
  const livesOn = async () => {
    if (isAlive()) return true;
    await sleep(POLL_MS);
    return isAlive();
  };
  // Both ends come from the machine's own counter, so setting its clock makes the wait no longer.
  const leftMs = rules.timeoutMs - (uptimeMs() - start.uptimeMs);
  const until = performance.now() + Math.min(leftMs, rules.timeoutMs);

  let detail = "it is gone, and left no status";
  while (await livesOn()) {
    if (rules.isCancelled() || performance.now() >= until) {
      detail = rules.isCancelled()
        ? "it was still running, and was cancelled"
        : "its time was over: it was ended";
      await endGroup(leader, rules.isCancelled() ? CANCEL_GRACE_MS : rules.graceMs, rules.isCancelled);
      break;
    }
    await sleep(POLL_MS);
  }
  // Read after the death was seen: the status is written just before it.
  const last = readReceipt(rules.file);
  return last.kind === "ended" ? { kind: "finished", code: last.code, ms: last.ms } : interrupted(detail);
}

function interrupted(detail: string): ReceiptAnswer {
  return { kind: "interrupted", detail };
}
