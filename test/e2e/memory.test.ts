import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Faulty } from "./faulty.ts";
import { isHere } from "./needs.ts";
import { type Running, tell } from "./site.ts";
import { missingForSsh, type Sshd, startSshd } from "./sshd.ts";

const isComplete = isHere("memory with ssh", missingForSsh());
const KIBIBYTE = 1_024;
/** What one command may cost, however much it prints. */
const MORE_MIB_MAX = 160;
const OPEN = 200;

let sshd: Sshd;
let faulty: Faulty;

/** The most that it has ever had in memory, in MiB, while it ran. */
async function peakOf(running: Running): Promise<number> {
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, fieldOf(`/proc/${running.child.pid}/status`, "VmHWM"));
  }, 50);
  const { code, log } = await running.ended;
  clearInterval(timer);
  expect(code, log).toBe(0);
  return Math.round(peak / KIBIBYTE);
}

describe.skipIf(!isComplete)("the memory of a change by ssh", { timeout: 240_000 }, () => {
  beforeEach(async () => {
    sshd = await startSshd();
  });
  afterEach(() => {
    faulty?.site.remove();
    sshd?.stop();
  });

  it("does not grow with what a step prints, even 1 GiB of it", async () => {
    faulty = new Faulty(sshd);
    const silent = await peakOf(faulty.site.start("run", "plan.yml", "--to", "2.0"));
    faulty.step("head -c 1073741824 /dev/zero | tr '\\0' x | fold -w 1000; echo the last line");
    const startedMs = performance.now();
    const running = faulty.site.start("run", "plan.yml", "--to", "3.0");
    // Whoever reads its log must not become the bottleneck, nor keep it.
    const loud = await peakOf(running);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    tell(`1 GiB of output: peak ${loud} MiB, ${silent} MiB without it; ${seconds} s`);
    expect(loud - silent).toBeLessThan(MORE_MIB_MAX);
    expect(running.log().length).toBeLessThan(64 * KIBIBYTE * KIBIBYTE);
  });

  it(`with ${OPEN} connections open at once is that of the runner and of so many ssh clients`, async () => {
    faulty = new Faulty(sshd, {
      '"h[1:3]", host: "127.0.1.[1:3]"': `"h[001:${OPEN}]", host: "127.0.1.[1:${OPEN}]"`,
      "rolling: { batches: [1], max-unavailable: 3 }": `big-bang: { parallel: ${OPEN} }`,
      "cat ~/versions/$TARGET_NAME": "echo 1.0",
      "deadline: 20s": "deadline: 2m",
      "test -s ~/versions/$TARGET_NAME, timeout: 10s": '"true", timeout: 60s',
    });
    // Each waits until all are there.
    const barrier = `n=0; until [ "$(wc -l <~/effects)" -ge ${OPEN} ] || [ $n -gt 900 ]; do sleep 0.1; n=$((n+1)); done`;
    writeFileSync(
      faulty.file("bin/step"),
      `#!/bin/sh\nset -eu\necho "$TARGET_NAME" >>~/effects\n${barrier}\n`,
    );
    const running = faulty.site.start("run", "plan.yml", "--to", "2.0");
    let clients = { count: 0, mib: 0 };
    const timer = setInterval(() => {
      const now = sshClients();
      if (now.count > clients.count) clients = now;
    }, 500);
    const peak = await peakOf(running);
    clearInterval(timer);
    tell(
      `${OPEN} hosts at once: the runner's peak ${peak} MiB, ${clients.count} ssh clients with ${clients.mib} MiB of their own`,
    );
    await vi.waitFor(() => expect(sshClients().count).toBe(0), { timeout: 30_000, interval: 100 });
    expect(faulty.effects()).toHaveLength(OPEN);
  });
});

/** Our ssh clients, and the memory that they do not share with each other. */
function sshClients(): { count: number; mib: number } {
  const ours = readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    const line = read(`/proc/${pid}/cmdline`);
    return line.startsWith("ssh\0") && line.includes(`\0${sshd.port}\0`);
  });
  const kib = ours.map((pid) => fieldOf(`/proc/${pid}/smaps_rollup`, "Private_Dirty"));
  return { count: ours.length, mib: Math.round(kib.reduce((sum, one) => sum + one, 0) / KIBIBYTE) };
}

function fieldOf(file: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(read(file))?.[1] ?? 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
