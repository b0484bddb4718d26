import { join } from "node:path";
import { execa } from "execa";
import { packageRoot } from "../../src/package-root.ts";
import type { Place } from "./place.ts";
import type { ScenarioName } from "./plan.ts";

/** A user's files: a project for Vitest, and a program that starts a server. */
export const FILES: Record<string, string> = {
  "package.json": `{"type":"module"}`,
  "vitest.config.mjs": `
    import { hindsight } from "hindsight-testkit/vitest/plugin";
    import { defineConfig } from "vitest/config";
    export default defineConfig({ plugins: [hindsight()], test: { maxWorkers: 2, testTimeout: 20000 } });
  `,
  ...Object.fromEntries(["one", "two", "three"].map((name) => [`${name}.test.mjs`, testFile()])),
  "server.mjs": `
    import { HindsightServer } from "hindsight-testkit";
    const server = await HindsightServer.start({ database: process.argv[2] ?? "embedded" });
    try {
      for (let number = 0; number < 12; number++) {
        const response = await fetch(server.url + "/v1/default/banks/b/memories", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ items: [{ content: "Ada bought boat number " + number + "." }] }),
        });
        if (!response.ok) throw new Error("answered " + response.status);
      }
    } finally {
      await server.stop();
    }
  `,
};

function testFile(): string {
  return `
    import { expect, test } from "hindsight-testkit/vitest";
    for (const name of ["Ada", "Grace", "Barbara"])
      test(name, async ({ bank }) => {
        await bank.retain(name + " sails to Norway in June.");
        await bank.settled();
        await expect(bank).toRecall("Who sails?", new RegExp(name));
      });
  `;
}

const COMMANDS: Record<ScenarioName, string[]> = {
  run: [join(packageRoot(), "node_modules/vitest/vitest.mjs"), "run"],
  server: ["server.mjs"],
  container: ["server.mjs", "container"],
};

/** Bounds a run that should have ended by itself: what was killed must not make it wait for ever. */
const HANGS_AFTER_MS = 90_000;

/** Starts what is to be tortured. It ends by itself, or because it is killed. */
export function start(scenario: ScenarioName, { home, project }: Place) {
  const { PATH, DOCKER_HOST, TESTCONTAINERS_HOST_OVERRIDE } = process.env;
  const engine = { DOCKER_HOST, TESTCONTAINERS_HOST_OVERRIDE };
  return execa(process.execPath, COMMANDS[scenario], {
    cwd: project,
    env: { PATH, HOME: home, NO_COLOR: "1", HINDSIGHT_TESTKIT_HOME: home, ...engine },
    extendEnv: false,
    all: true,
    reject: false,
    timeout: HANGS_AFTER_MS,
    killSignal: "SIGKILL",
    stdin: "ignore",
  });
}
