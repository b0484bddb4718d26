import { defineConfig } from "vitest/config";

/** What runs on a Postgres with pgvector, in a container: `npm run test:containers`. */
export default defineConfig({
  test: {
    globalSetup: ["test/support/container-setup.ts"],
    setupFiles: ["test/support/environment.ts"],
    include: ["test/{containers,store,engine,http}/**/*.test.ts"],
    // The server's own search reads the column of a database without pgvector.
    exclude: ["test/store/vectors/vector-index*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
