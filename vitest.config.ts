import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // The slower suites have scripts of their own; `npm test` stays in seconds.
    exclude: ["test/slow/**", "test/e2e/**"],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
