import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { descendants, survivors } from "../support/processes.ts";
import { Project } from "../support/project.ts";

/** Where the running test reports that it is in its middle; it then waits for an answer that never comes. */
async function listenForMiddle(): Promise<{ url: string; reached: Promise<unknown> }> {
  const server: Server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reached: once(server, "request"),
  };
}

test.each(["SIGINT", "SIGKILL"] as const)(
  "%s to the runner's main process in the middle of a run leaves no daemon and no Postgres",
  { timeout: 60_000 },
  async (signal) => {
    const middle = await listenForMiddle();
    const project = new Project("vitest 4", {
      files: {
        "package.json": `{"type":"module"}`,
        "vitest.config.mjs": `
          import { hindsight } from "hindsight-testkit/vitest/plugin";
          import { defineConfig } from "vitest/config";
          export default defineConfig({ plugins: [hindsight()], test: { maxWorkers: 1, testTimeout: 60000 } });
        `,
        "middle.test.mjs": `
          import { test } from "hindsight-testkit/vitest";
          test("is interrupted", async ({ bank }) => {
            await bank.retain("The train stopped between two stations.");
            await fetch(process.env.MIDDLE_URL);
          });
        `,
      },
    });
    const run = project.run(["run"], { MIDDLE_URL: middle.url });
    await middle.reached;
    if (run.pid === undefined) throw new Error("The runner was not started");
    // The runner's own worker still waits for its answer; it ends when this test does.
    const started = descendants(run.pid).filter(({ command }) =>
      /daemon\.mjs|reaper\.mjs|postgres/.test(command),
    );
    const commands = started.map(({ command }) => command).join("\n");
    expect(commands).toMatch(/daemon\.mjs/);
    expect(commands).toMatch(/reaper\.mjs/);
    expect(commands).toMatch(/postgres/);

    run.kill(signal);
    await run;
    expect(await survivors(started)).toEqual([]);
  },
);
