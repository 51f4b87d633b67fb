import { spawn } from "node:child_process";

/** What a whole process took. */
export type Spent = Readonly<{ ms: number; cpuMs: number; peakBytes: number }>;

/** Written by the process itself, at its end, to a pipe of its own: what it prints stays as it is. */
const TELL_PEAK =
  'import{writeSync}from"node:fs";process.on("exit",()=>{const u=process.resourceUsage();writeSync(3,u.maxRSS+" "+(u.userCPUTime+u.systemCPUTime))});';

/** Runs node to its end, its output thrown away. Throws when it ends otherwise than it should: a failed run is no measurement. */
export async function spendOn(args: readonly string[], cwd: string, exitCode = 0): Promise<Spent> {
  const startedMs = performance.now();
  const preload = ["--import", `data:text/javascript,${encodeURIComponent(TELL_PEAK)}`];
  const child = spawn(process.execPath, [...preload, ...args], {
    cwd,
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  let told = "";
  child.stdio[3]?.on("data", (chunk: Buffer) => {
    told += chunk;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const ms = performance.now() - startedMs;
  if (code !== exitCode || told === "") throw new Error(`node ${args.join(" ")} ended with ${code}`);
  const [peakKb = 0, cpuUs = 0] = told.split(" ").map(Number);
  return { ms, cpuMs: cpuUs / 1_000, peakBytes: peakKb * 1_024 };
}
