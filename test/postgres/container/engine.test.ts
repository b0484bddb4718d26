import { once } from "node:events";
import { createServer } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { ContainerUnavailableError } from "../../../src/errors/container-unavailable-error.ts";
import { findEngine } from "../../../src/postgres/container/engine.ts";
import { loadTestcontainers } from "../../../src/postgres/container/testcontainers.ts";
import { temporaryDirectory } from "../../support/postgres.ts";

test("an engine that takes the connection and never answers is given up in time", async () => {
  const silent = createServer(() => {}).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const address = silent.address();
  const port = typeof address === "object" ? address?.port : undefined;
  onTestFinished(() => {
    silent.close();
    vi.unstubAllEnvs();
  });
  vi.stubEnv("DOCKER_HOST", `tcp://127.0.0.1:${port}`);
  const error = await findEngine(performance.now() + 500).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ContainerUnavailableError);
  expect(error).toMatchObject({
    code: "CONTAINER_UNAVAILABLE",
    what: `No container engine answers at tcp://127.0.0.1:${port} (DOCKER_HOST).`,
  });
});

test("a project without testcontainers is told what to install", async () => {
  const nowhere = await temporaryDirectory();
  expect(() => loadTestcontainers([nowhere])).toThrow(ContainerUnavailableError);
  expect(() => loadTestcontainers([nowhere])).toThrow(
    /The package testcontainers is not installed\.(?:.|\n)*npm install --save-dev testcontainers@11/,
  );
  // Where this package does not have it beside itself, the user's project may.
  expect(loadTestcontainers([nowhere, process.cwd()])).toHaveProperty("getContainerRuntimeClient");
});
