import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figure } from "./benchmark.ts";
import { medianOf, millis } from "./measure.ts";
import { spendOn } from "./plan-process.ts";

const ROUNDS = 3;
const BYTES_MAX = 160 * 1_024 * 1_024;

export const name = "output";
export const budget = "one command that prints 1 GiB: at most 160 MiB of memory";

export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-bench-"));
  try {
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    const runs = [];
    for (let round = 0; round < ROUNDS; round++) {
      await writeFile(path.join(folder, "plan.yml"), writePlan(round));
      const args = [path.resolve("dist/cli.js"), "run", "plan.yml", "--to", "1", "--plain"];
      runs.push(await spendOn(args, folder));
    }
    const peaks = runs.map(({ peakBytes }) => peakBytes);
    return [
      millis(
        "a step that prints 1 GiB, whole process",
        runs.map(({ ms }) => ms),
      ),
      { what: "… memory at most", value: Math.max(...peaks), unit: "bytes", atMost: BYTES_MAX, spread: null },
      { what: "… memory, median", value: medianOf(peaks), unit: "bytes", atMost: null, spread: null },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Lines of text as a build prints them; nobody's rate but the pipe's. */
const FLOOD = "yes 'compiling the next of many modules of this application' | head -c 1073741824";

function writePlan(round: number): string {
  return `change-plan: 1
change: { id: BENCH-${round}, title: Flood }
targets: { hosts: [{ name: web-1 }], connect: local }
strategy: { big-bang: {} }
apply: { each: [{ name: Print, run: "${FLOOD}", undo: ":", timeout: 10m }] }
health: { pass: 1, stable: 0s, every: 1s }
`;
}
