import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figure } from "./benchmark.ts";
import { interleave, medianOf, millis, ratio, timeProgram } from "./measure.ts";

const ROUNDS = 5;
const TARGETS = 1_000;
const PARALLEL = 20;
const TIMES_MAX = 1.3;

export const name = "local targets";
export const budget = "1,000 local targets, a no-op step, 20 side by side: at most 1.3 × xargs -P20";

export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-bench-"));
  try {
    await prepare(folder);
    return await measureIn(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureIn(folder: string): Promise<readonly Figure[]> {
  let change = 0;
  const samples = await interleave(ROUNDS, {
    xargs: () => timeProgram({ command: "sh", args: ["-c", XARGS], cwd: folder }),
    run: async () => {
      // Each run is a change of its own: the second run of a finished one would have nothing to do.
      change++;
      await writeFile(path.join(folder, "plan.yml"), writePlan(`BENCH-${change}`));
      const args = [path.resolve("dist/cli.js"), "run", "plan.yml", "--to", "1", "--plain"];
      return timeProgram({ command: process.execPath, args, cwd: folder });
    },
  });
  const times = medianOf(samples.run) / medianOf(samples.xargs);
  return [
    millis(`xargs -P${PARALLEL}, ${TARGETS} × sh -eu`, samples.xargs),
    millis(`change-deploy run, ${TARGETS} targets, whole process`, samples.run),
    ratio("change-deploy run, to xargs", times, TIMES_MAX),
  ];
}

/** What the plan's step comes to on each target: a shell, strict, that does nothing. */
const XARGS = `seq ${TARGETS} | xargs -n 1 -P ${PARALLEL} sh -eu -c ':'`;

function writePlan(id: string): string {
  return `change-plan: 1
change: { id: ${id}, title: No-op }
targets: { hosts: [{ name: "target-[0001:${TARGETS}]" }], connect: local }
strategy: { big-bang: { parallel: ${PARALLEL} } }
apply: { each: [{ name: Nothing, run: ":", undo: ":" }] }
health: { pass: 1, stable: 0s, every: 1s }
`;
}

async function prepare(folder: string): Promise<void> {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: folder, stdio: "ignore" });
  await writeFile(path.join(folder, "plan.yml"), writePlan("BENCH-0"));
  git("init", "--quiet");
  git("add", "plan.yml");
  git(
    "-c",
    "user.name=bench",
    "-c",
    "user.email=bench@example.com",
    "commit",
    "--quiet",
    "--message",
    "Plan",
  );
}
