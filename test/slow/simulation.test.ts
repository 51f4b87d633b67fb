import { afterAll, expect, it } from "vitest";
import { runSeeds } from "../simulation/run-seeds.ts";

const FROM = 10_000;
const SEEDS = 20_000;
const EACH = 1_000;
const counts = { passed: 0, failed: 0, processes: 0 };

afterAll(() => {
  const { passed, failed, processes } = counts;
  process.stdout.write(`simulation: ${passed} seeds passed, ${failed} failed, ${processes} processes\n`);
});

it.each(Array.from({ length: SEEDS / EACH }, (_, i) => FROM + i * EACH))(
  "the promises are kept from seed %i on",
  async (from) => {
    const stories: string[] = [];
    const seeds = await runSeeds({ from, count: EACH }, (seed, story) =>
      stories.push(`seed ${seed}: ${story}`),
    );
    counts.passed += seeds.passed;
    counts.failed += seeds.failed.length;
    counts.processes += seeds.processes;
    expect(stories).toEqual([]);
  },
  3_600_000,
);
