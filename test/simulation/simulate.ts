import { parseArgs } from "node:util";
import { retell } from "./retell.ts";
import { runSeeds } from "./run-seeds.ts";
import { drawScenario } from "./scenario.ts";
import { promiseOf } from "./shrink.ts";
import { tell } from "./story.ts";

/** `npm run simulate -- --seeds N [--from K] [--seed S] [--story]`: one seed's story is printed with `--story`. */
const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1000" },
    from: { type: "string", default: "0" },
    seed: { type: "string" },
    story: { type: "boolean", default: false },
    /** Ends at the first broken promise, and says which one it was. */
    first: { type: "boolean", default: false },
  },
});

const from = Number(values.seed ?? values.from);
const count = values.seed === undefined ? Number(values.seeds) : 1;
if (values.story) {
  const scenario = drawScenario(from);
  process.stdout.write(`${retell(scenario, await tell(scenario))}\n`);
}
if (values.first) {
  for (let seed = from; seed < from + count; seed++) {
    const [broken] = (await tell(drawScenario(seed))).broken;
    if (broken === undefined) continue;
    process.stdout.write(`caught by seed ${seed}: ${promiseOf(broken)}\n`);
    process.exit(1);
  }
}
const startedMs = performance.now();
const { passed, failed, processes } = await runSeeds({ from, count }, (seed, story) => {
  process.stdout.write(`seed ${seed}: ${story}\n\n`);
});
const seconds = (performance.now() - startedMs) / 1000;
const rate = (many: number) => Math.round(many / seconds);
process.stdout.write(
  `${processes} processes, ${rate(processes)} a second; ${rate(count)} stories a second\n`,
);
if (failed.length > 0) process.stdout.write(`failing seeds: ${failed.join(" ")}\n`);
process.stdout.write(`${passed} passed, ${failed.length} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
