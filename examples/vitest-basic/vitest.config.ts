import { hindsight } from "hindsight-testkit/vitest/plugin";
import { defineConfig } from "vitest/config";

// The first test of a worker also waits until the built-in model has loaded its dictionary: long on a busy machine.
const testTimeout = 20_000;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        // The built-in model: no key, no cassettes.
        plugins: [hindsight({ llm: "offline" })],
        test: { name: "offline", include: ["tests/offline/*.test.ts"], testTimeout },
      },
      {
        // A recorded model: every answer comes from `__cassettes__` beside the test. See README.md.
        plugins: [
          hindsight({
            llm: { mode: "replay", model: "scripted-model", baseUrl: process.env.SCRIPTED_MODEL_URL },
          }),
        ],
        test: { name: "replay", include: ["tests/replay/*.test.ts"], testTimeout },
      },
    ],
  },
});
