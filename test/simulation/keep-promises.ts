import { afterAll, expect, it } from "vitest";
import { runSeeds } from "./run-seeds.ts";

export type SeedRange = Readonly<{ from: number; seeds: number; each: number; timeoutMs: number }>;

/** Declares the tests that run a range of seeds, `each` to a test, and prints their counts at the end. */
export function keepPromises({ from, seeds, each, timeoutMs }: SeedRange): void {
  const counts = { passed: 0, failed: 0, processes: 0 };

  afterAll(() => {
    const { passed, failed, processes } = counts;
    process.stdout.write(`simulation: ${passed} seeds passed, ${failed} failed, ${processes} processes\n`);
  });

  it.each(Array.from({ length: seeds / each }, (_, i) => from + i * each))(
    "the promises are kept from seed %i on",
    async (first) => {
      const stories: string[] = [];
      const ran = await runSeeds({ from: first, count: each }, (seed, story) =>
        stories.push(`seed ${seed}: ${story}`),
      );
      counts.passed += ran.passed;
      counts.failed += ran.failed.length;
      counts.processes += ran.processes;
      expect(stories).toEqual([]);
    },
    timeoutMs,
  );
}
