import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    setupFiles: ["test/support/environment.ts"],
    include: ["test/**/*.test.ts"],
    exclude: [
      "test/runners/**",
      "test/containers/**",
      "test/upstream/**",
      "test/matrix/**",
      "**/node_modules/**",
    ],
    // Vitest leaves one core free, which halves a machine of two; our tests wait for other processes most of the time.
    maxWorkers: availableParallelism(),
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
