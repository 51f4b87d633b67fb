import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Of two cores vitest would leave one to whoever watches.
const WORKERS = Math.max(2, availableParallelism() - 1);

export default defineConfig({
  test: {
    testTimeout: 180_000,
    hookTimeout: 60_000,
    maxWorkers: WORKERS,
    // The slower suites have scripts of their own; `npm test` is the quick one.
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/acceptance/**", "test/slow/**", "test/e2e/**", "test/act/**"],
        },
      },
      // Runs dist/ as it ships: build it first.
      // Its processes wait more than they work.
      {
        extends: true,
        test: { name: "acceptance", include: ["test/acceptance/**/*.test.ts"], maxWorkers: 3 },
      },
      // Runs the workflows with dist/ as it ships: build it first, and scripts/install-act brings the runner.
      {
        extends: true,
        test: { name: "act", include: ["test/act/**/*.test.ts"], testTimeout: 180_000, hookTimeout: 60_000 },
      },
      { extends: true, test: { name: "slow", include: ["test/slow/**/*.test.ts"] } },
      // Real counterparts, which have to be installed: what is missing is named, and its tests skipped.
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
