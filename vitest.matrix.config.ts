import { defineConfig } from "vitest/config";

/** The presets on the newest runners and peers: `npm run test:matrix`. */
export default defineConfig({
  test: {
    setupFiles: ["test/support/environment.ts"],
    include: ["test/matrix/*.test.ts"],
    testTimeout: 120_000,
  },
});
