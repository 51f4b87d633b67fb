import { readFileSync } from "node:fs";
import os from "node:os";

const BOOT_ID_FILE = "/proc/sys/kernel/random/boot_id";
const MINUTE_S = 60;

/** Different after every start of the machine, the same for everybody in between. */
export function bootId(): string {
  try {
    return readFileSync(BOOT_ID_FILE, "utf8").trim();
  } catch {
    // Where the system gives no id, the minute of its start does; a wrong guess only costs certainty.
    return `${os.hostname()}-${Math.round((Date.now() / 1_000 - os.uptime()) / MINUTE_S)}`;
  }
}

/** Counts from the machine's start, alike in every process: setting the clock does not move it. */
export function uptimeMs(): number {
  return Math.round(Number(process.hrtime.bigint()) / 1e6);
}
