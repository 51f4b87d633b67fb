import { afterAll, describe, expect, it } from "vitest";
import { runSeeds } from "./run-seeds.ts";

const SEEDS = 2_000;
const EACH = 250;
const counts = { passed: 0, failed: 0, processes: 0 };

afterAll(() => {
  const { passed, failed, processes } = counts;
  process.stdout.write(`simulation: ${passed} seeds passed, ${failed} failed, ${processes} processes\n`);
});

describe("changes of every kind, under every fault", () => {
  it.each(Array.from({ length: SEEDS / EACH }, (_, i) => i * EACH))(
    "keep the promises from seed %i on",
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
    600_000,
  );
});
