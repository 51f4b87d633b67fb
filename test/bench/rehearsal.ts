import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figure } from "./benchmark.ts";
import { interleave, medianOf, millis, ratio } from "./measure.ts";
import { spendOn } from "./plan-process.ts";

const ROUNDS = 3;
const FEW = 10_000;
const MANY = 100_000;
const MS_MAX = 10_000;
const BYTES_MAX = 512 * 1_024 * 1_024;
const TIMES_MAX = 12;

export const name = "rehearsal";
export const budget = "rehearsing 100,000 targets: 10 s, 512 MiB, and 12 × the time for 10,000 at most";

export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-bench-"));
  try {
    return await measureIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIn(folder: string): Promise<readonly Figure[]> {
  const peaks: number[] = [];
  const cpu: Record<"few" | "many", number[]> = { few: [], many: [] };
  const rehearse = (size: "few" | "many", targets: number) => async () => {
    await writeFile(path.join(folder, "plan.yml"), writePlan(targets));
    const args = [path.resolve("dist/cli.js"), "rehearse", "plan.yml"];
    const { ms, cpuMs, peakBytes } = await spendOn(args, folder);
    cpu[size].push(cpuMs);
    if (size === "many") peaks.push(peakBytes);
    return ms;
  };
  const samples = await interleave(ROUNDS, { few: rehearse("few", FEW), many: rehearse("many", MANY) });
  return [
    millis("rehearsing 10,000 targets, whole process", samples.few),
    millis("… processor time", cpu.few),
    millis("rehearsing 100,000 targets, whole process", samples.many, MS_MAX),
    millis("… processor time", cpu.many),
    { what: "… memory at most", value: Math.max(...peaks), unit: "bytes", atMost: BYTES_MAX, spread: null },
    // By processor time: on a busy machine the time on the wall says how busy it was.
    ratio("processor time of 100,000 to that of 10,000", medianOf(cpu.many) / medianOf(cpu.few), TIMES_MAX),
  ];
}

function writePlan(targets: number): string {
  return `change-plan: 1
change: { id: BENCH-1, title: Rehearsal }
targets: { hosts: [{ name: "web-[1:${targets}]" }], connect: local }
strategy: { rolling: { batches: [1, "1%", "10%"], parallel: 1000 } }
apply: { each: [{ name: Install, run: ./install, undo: ./uninstall, timeout: 1m }] }
health: { checks: [{ name: alive, http: { url: "http://{host}:8080/" } }], pass: 1, stable: 0s, every: 30s }
`;
}
