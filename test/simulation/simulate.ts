import { drawScenario } from "./scenario.ts";
import { tell } from "./story.ts";

const seeds = Number(process.argv[2] ?? 100);
const from = Number(process.argv[3] ?? 0);
const counts = new Map<string, number>();
const started = performance.now();
let failed = 0;
let processes = 0;
let passes = 0;
const kinds = new Map<string, number[]>();
for (let seed = from; seed < from + seeds; seed++) {
  const told = await tell(drawScenario(seed));
  processes += told.processes;
  passes += told.passes;
  const outcome = told.journal.findLast((e) => e.kind === "finished");
  const key = outcome?.kind === "finished" ? outcome.outcome : "none";
  counts.set(key, (counts.get(key) ?? 0) + 1);
  if (told.broken.length > 0) {
    failed++;
    const k = told.broken[0]!.slice(0, 60);
    kinds.set(k, [...(kinds.get(k) ?? []), seed]);
  }
}
const s = (performance.now() - started) / 1000;
console.log(Object.fromEntries(counts), { processes, passes, perSecond: seeds / s, procs: processes / s });
for (const [k, v] of [...kinds].sort((a, b) => b[1].length - a[1].length))
  console.log(v.length, k, v.slice(0, 6).join(","));
console.log(`${seeds - failed} passed, ${failed} failed`);
