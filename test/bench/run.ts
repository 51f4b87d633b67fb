import type { Benchmark } from "./benchmark.ts";
import * as bundleSize from "./bundle-size.ts";
import * as githubRequests from "./github-requests.ts";
import * as journalFlush from "./journal-flush.ts";
import * as localTargets from "./local-targets.ts";
import { describeMachine } from "./machine.ts";
import * as outputFlood from "./output-flood.ts";
import * as planCheck from "./plan-check.ts";
import * as rehearsal from "./rehearsal.ts";
import { type Measured, renderTable } from "./render.ts";
import * as simulation from "./simulation.ts";
import * as ssh from "./ssh/benchmark.ts";
import * as startUp from "./start-up.ts";
import * as triggerLatency from "./trigger-latency.ts";

const BENCHMARKS: readonly Benchmark[] = [
  bundleSize,
  startUp,
  planCheck,
  localTargets,
  journalFlush,
  rehearsal,
  simulation,
  outputFlood,
  triggerLatency,
  githubRequests,
  ssh,
];

/**
 * `npm run bench -- [--json] [WORD…]`: the benchmarks whose name has one of the words, or all but those that want to be
 * named. The table
 * goes to standard output, or with --json to standard error and the document to standard output.
 * A missed budget is shown and fails nothing: the machine may be busy. A benchmark that breaks does.
 */
async function main(words: readonly string[]): Promise<void> {
  const json = words.includes("--json");
  const wanted = words.filter((word) => !word.startsWith("--"));
  const machine = describeMachine();
  const results: Measured[] = [];
  for (const benchmark of BENCHMARKS) {
    const isWanted =
      wanted.length === 0 ? benchmark.onlyByName !== true : wanted.some(isPartOf(benchmark.name));
    if (!isWanted) continue;
    process.stderr.write(`measuring ${benchmark.name} …\n`);
    results.push(await measure(benchmark));
  }
  (json ? process.stderr : process.stdout).write(`${renderTable(machine, results)}\n`);
  const at = new Date().toISOString();
  if (json) process.stdout.write(`${JSON.stringify({ version: 1, at, machine, results }, null, 2)}\n`);
  if (results.some(({ error }) => error !== null)) process.exitCode = 1;
}

function isPartOf(name: string): (word: string) => boolean {
  return (word) => name.includes(word);
}

async function measure({ name, budget, run }: Benchmark): Promise<Measured> {
  try {
    return { name, budget, figures: await run(), error: null };
  } catch (error) {
    return { name, budget, figures: [], error: error instanceof Error ? error.message : String(error) };
  }
}

await main(process.argv.slice(2));
