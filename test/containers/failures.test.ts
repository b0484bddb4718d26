import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { expect, onTestFinished, test } from "vitest";
import { ContainerPostgresHost } from "../../src/postgres/container/container-host.ts";
import { findEngine } from "../../src/postgres/container/engine.ts";
import { Reaper } from "../../src/reaper/reaper.ts";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import { soon } from "../support/postgres.ts";
import { buildProgram } from "../support/program.ts";
import { containersOfOurs } from "./containers.ts";

const mine = async () => (await containersOfOurs()).filter(({ owner }) => owner === process.pid);

/** An image whose containers do this in place of starting Postgres. */
async function image(script: string): Promise<string> {
  const { client } = await findEngine(soon());
  const { dockerode } = client.container;
  const base = await dockerode.createContainer({ Image: "pgvector/pgvector:pg17" });
  const name = `hindsight-testkit-test-${randomBytes(4).toString("hex")}`;
  const entry = JSON.stringify(["sh", "-c", script]);
  await base.commit({ repo: name, tag: "1", changes: [`ENTRYPOINT ${entry}`] });
  await base.remove();
  onTestFinished(() => dockerode.getImage(`${name}:1`).remove());
  return `${name}:1`;
}

test("a container that ends is told with its log, and removed", async () => {
  const container = await image("echo 'initdb: no space left on device' >&2; exit 3");
  const error = await HindsightServer.start({ database: { container } }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: "CONTAINER_START_FAILED",
    what: expect.stringContaining(`${container} did not start: it has ended with exit code 3`),
    log: expect.stringContaining("initdb: no space left on device"),
  });
  expect(await mine()).toHaveLength(0);
});

test("one that never listens is given up at the end of the start timeout, with its log", async () => {
  const container = await image("echo waiting for a lock; exec sleep 600");
  await expect(HindsightServer.start({ database: { container }, startTimeout: 3_000 })).rejects.toMatchObject(
    {
      code: "CONTAINER_START_FAILED",
      what: expect.stringContaining("it was not ready in time"),
      log: expect.stringContaining("waiting for a lock"),
    },
  );
  expect(await mine()).toHaveLength(0);
});

test("one whose database is never ready is given up at the end of the start timeout too", async () => {
  const reaper = Reaper.start();
  onTestFinished(() => reaper.close());
  const host = ContainerPostgresHost.start({
    image: "pgvector/pgvector:pg17",
    // As of a database that somebody has locked.
    migrate: () => new Promise(() => {}),
    reaper,
    startTimeout: 6_000,
  });
  await expect(host).rejects.toMatchObject({
    code: "CONTAINER_START_FAILED",
    what: expect.stringContaining("was not ready in time"),
    log: expect.stringContaining("ready to accept connections"),
  });
  expect(await mine()).toHaveLength(0);
});

test("an image that cannot be had is told by its name", async () => {
  const container = "registry.invalid/nobody/nothing:1";
  await expect(HindsightServer.start({ database: { container } })).rejects.toMatchObject({
    code: "CONTAINER_IMAGE_MISSING",
    what: expect.stringContaining(container),
  });
});

test("without an engine the error is of a class of its own, and isAvailable says no", async () => {
  const program = await buildProgram("test/containers/programs/ask.ts");
  // What hides the engine's socket is a mount that this one process sees; where we are not root, in a namespace of our own.
  const { stdout } = await execa("unshare", [
    ...["--mount", ...(process.getuid?.() === 0 ? [] : ["--map-root-user"])],
    ...["sh", "-c", 'mount -t tmpfs none /run && exec "$@"', "sh", process.execPath, program],
  ]);
  expect(JSON.parse(stdout)).toEqual({
    available: false,
    name: "ContainerUnavailableError",
    code: "CONTAINER_UNAVAILABLE",
    what: "No container engine answers, and /var/run/docker.sock is not there.",
  });
});
