import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import type { Program } from "../measure.ts";

/** What a program and all that it started took on this side, sshd's part not included. */
export type TreeSpent = Readonly<{ ms: number; cpuMs: number; peakBytes: number }>;

const SAMPLE_MS = 250;
const TICK_MS = 10;
const MARK = "CHANGE_DEPLOY_BENCH";
/** What a shell's `times` adds up: its own processes that it has waited for, and theirs. */
const TIMES = '"$@" >&2; code=$?; times; exit $code';

/**
 * Processor time is that of every process that somebody waited for, and of those that went into the background as far
 * as they were seen. Memory is what the processes have for themselves alone, at the worst moment that was looked at.
 */
export async function spendTree({ command, args, cwd, env }: Program): Promise<TreeSpent> {
  const mark = `${MARK}=${randomUUID()}`;
  const startedMs = performance.now();
  const child = spawn("sh", ["-c", TIMES, "sh", command, ...args], {
    cwd,
    env: { ...process.env, ...env, [MARK]: mark.slice(MARK.length + 1) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let told = "";
  child.stdout.on("data", (chunk: Buffer) => {
    told += chunk;
  });
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4_000);
  });
  let peakBytes = 0;
  const orphans = new Map<number, number>();
  const timer = setInterval(() => {
    const seen = look(mark);
    peakBytes = Math.max(peakBytes, seen.bytes);
    for (const [pid, ms] of seen.orphans) orphans.set(pid, ms);
  }, SAMPLE_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    // Not `close`: a master that stays in the background may hold the outputs open.
    child.once("exit", resolve);
  });
  const ms = performance.now() - startedMs;
  clearInterval(timer);
  for (const [pid, spentMs] of look(mark).orphans) orphans.set(pid, spentMs);
  if (code !== 0) throw new Error(`${command} ${args.join(" ").slice(0, 200)} ended with ${code}: ${said}`);
  const orphansMs = [...orphans.values()].reduce((sum, one) => sum + one, 0);
  return { ms, cpuMs: readTimes(told) + orphansMs, peakBytes };
}

/** The last line of `times` is for what was waited for: `1m2.5s 0m0.25s`. */
function readTimes(text: string): number {
  const parts =
    text
      .trim()
      .split("\n")
      .at(-1)
      ?.match(/[\d.]+(?=[ms])/g) ?? [];
  const [userM = 0, userS = 0, systemM = 0, systemS = 0] = parts.map(Number);
  return ((userM + systemM) * 60 + userS + systemS) * 1_000;
}

function look(mark: string): { bytes: number; orphans: Map<number, number> } {
  let bytes = 0;
  const orphans = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name) || !read(`/proc/${name}/environ`).split("\0").includes(mark)) continue;
    const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(read(`/proc/${name}/status`));
    bytes += Number(anonymous?.[1] ?? 0) * 1_024;
    const fields = read(`/proc/${name}/stat`)
      .replace(/^.*\) /s, "")
      .split(" ");
    // Its parent is the first process of all: nobody of ours waits for it.
    if (fields[1] === "1") orphans.set(Number(name), (Number(fields[11]) + Number(fields[12])) * TICK_MS);
  }
  return { bytes, orphans };
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // It has ended, or is not ours.
    return "";
  }
}
