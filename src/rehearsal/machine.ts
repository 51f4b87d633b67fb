import type { ReceiptAnswer } from "../ports.ts";
import type { ChangeEvent } from "../rollout/events.ts";
import type { Stop } from "./virtual-clock.ts";

/** What a runner keeps on its disk: gone with the machine. */
export type Disk = {
  /** Events since `base`, which the journal had acknowledged; null: there is no file. `isBehind`: see WriteAhead. */
  writeAhead: { base: number; events: ChangeEvent[]; isBehind: boolean } | null;
  receipts: Map<string, ReceiptAnswer>;
  /** Since some step was started here. */
  keepsReceipts: boolean;
  /** Backups, by their path; the content stands for its hash. */
  files: Map<string, string>;
};

/** A runner: processes come and go on it. */
export class Machine {
  readonly name: string;
  /** How far its clock is ahead of the true time. */
  skewMs = 0;
  disk: Disk = newDisk();
  /** Ends the commands that run on it. */
  readonly running = new Set<Stop>();

  constructor(name: string) {
    this.name = name;
  }

  dropReceipts(): void {
    this.disk.receipts.clear();
    this.disk.keepsReceipts = false;
  }

  /** The machine is gone, with its disk and all that ran there; one of the same name comes in its place. */
  lose(): void {
    for (const stop of this.running) stop.stop();
    this.running.clear();
    this.disk = newDisk();
  }
}

function newDisk(): Disk {
  return { writeAhead: null, receipts: new Map(), keepsReceipts: false, files: new Map() };
}
