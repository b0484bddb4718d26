import { hindsight } from "hindsight-testkit/vitest/plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [
    hindsight({
      // Where it is not set, each worker gets a server of its own.
      url: process.env.HINDSIGHT_URL,
      apiKey: process.env.HINDSIGHT_KEY,
    }),
  ],
  // A server with a real model takes its time.
  test: { maxWorkers: 2, testTimeout: 60_000 },
});
