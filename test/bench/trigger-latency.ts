import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Figure } from "./benchmark.ts";
import { millis } from "./measure.ts";
import { spendOn } from "./plan-process.ts";

const ROUNDS = 5;
const MS_MAX = 1_000;
const ROLLED_BACK = 3;

export const name = "trigger";
export const budget = "from the moment that a trigger's condition is met to the first undo: at most 1 s";

/** A check turns bad while the last batch bakes; it and the undo each write down when they ran. */
export async function run(): Promise<readonly Figure[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "change-deploy-bench-"));
  try {
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    const samples: number[] = [];
    for (let round = 0; round < ROUNDS; round++) samples.push(await measureOnce(folder, round));
    return [millis("trigger's condition met to the first undo", samples, MS_MAX)];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureOnce(folder: string, round: number): Promise<number> {
  const file = (what: string) => path.join(folder, `${what}-${round}`);
  await writeFile(path.join(folder, "plan.yml"), writePlan(round));
  const args = [path.resolve("dist/cli.js"), "run", "plan.yml", "--to", "1", "--plain"];
  await spendOn(args, folder, ROLLED_BACK);
  const at = async (what: string) =>
    Math.min(...(await readFile(file(what), "utf8")).trim().split("\n").map(Number));
  return (await at("undone")) - (await at("bad"));
}

function writePlan(round: number): string {
  const now = "date +%s%3N";
  return `change-plan: 1
change: { id: BENCH-${round}, title: Trigger }
targets: { hosts: [{ name: "web-[1:10]" }], connect: local }
strategy: { rolling: { batches: [5], bake: 1m } }
apply: { each: [{ name: Install, run: ": > touched-${round}", undo: "${now} >> undone-${round}" }] }
health:
  pass: 1
  stable: 0s
  every: 500ms
  checks:
    - name: orders
      scope: service
      run: |
        test -e touched-${round} && ! test -e undone-${round} || exit 0
        test -e second-${round} && { ${now} >> bad-${round}; exit 1; }
        : > second-${round}
triggers: [{ name: lost orders, severity: critical, when: { check: orders } }]
`;
}
