import { defineConfig } from "vitest/config";

/** Upstream's own server behind the gateway: `npm run test:upstream`. */
export default defineConfig({
  test: {
    globalSetup: ["test/support/container-setup.ts"],
    setupFiles: ["test/support/environment.ts"],
    include: ["test/upstream/**/*.test.ts"],
    testTimeout: 600_000,
    hookTimeout: 120_000,
  },
});
