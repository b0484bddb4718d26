import { once } from "node:events";
import { connect, createServer } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { findEngine } from "../../src/postgres/container/engine.ts";
import { PostgresContainer } from "../../src/postgres/container/postgres-container.ts";
import { Reaper } from "../../src/reaper/reaper.ts";
import { soon } from "../support/postgres.ts";
import { containersOfOurs } from "./containers.ts";

/** Stands before the engine, and keeps the request for a container back until it is let through. */
async function slowEngine() {
  let letThrough = () => {};
  const release = new Promise<void>((resolve) => {
    letThrough = resolve;
  });
  let tellMade = () => {};
  const made = new Promise<void>((resolve) => {
    tellMade = resolve;
  });
  const proxy = createServer((client) => {
    const engine = connect("/var/run/docker.sock");
    engine.on("error", () => client.destroy()).pipe(client);
    client.on("error", () => engine.destroy()).on("end", () => engine.end());
    client.on("data", async (chunk) => {
      if (/^POST \S*\/containers\/create/.test(chunk.toString("latin1"))) {
        client.pause();
        await release;
        engine.once("data", tellMade);
        client.resume();
      }
      engine.write(chunk);
    });
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address = proxy.address();
  vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${typeof address === "object" ? address?.port : ""}`);
  onTestFinished(() => {
    proxy.close();
    vi.unstubAllEnvs();
  });
  return { engine: await findEngine(soon()), letThrough, made };
}

test("a container that the engine makes when its start was given up is removed", async () => {
  const { engine, letThrough, made } = await slowEngine();
  const reaper = Reaper.start();
  onTestFinished(() => reaper.close());
  const image = "pgvector/pgvector:pg17";
  await expect(
    PostgresContainer.start({ engine, image, deadline: performance.now() + 500, reaper }),
  ).rejects.toMatchObject({
    code: "CONTAINER_START_FAILED",
    what: expect.stringContaining("it was not ready in time"),
  });
  letThrough();
  await made;
  const left = async () => (await containersOfOurs()).filter(({ owner }) => owner === process.pid);
  await expect.poll(left, { timeout: 10_000 }).toHaveLength(0);
});
