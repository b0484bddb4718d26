import { appendFileSync, chmodSync, chownSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { execa } from "execa";
import getPort from "get-port";
import { describe, expect, onTestFinished, test } from "vitest";
import { PostgresCluster } from "../../src/postgres/cluster.ts";
import { newCluster, query, soon, temporaryDirectory } from "../support/postgres.ts";
import { isAlive } from "../support/processes.ts";
import { startWithPid } from "../torture/stranger.ts";

type Options = Parameters<typeof PostgresCluster.start>[0];

/** Starts it, and stops it when the test ends. */
async function start(options: Options): Promise<PostgresCluster> {
  const cluster = await PostgresCluster.start(options);
  onTestFinished(() => cluster.stop());
  return cluster;
}

/** A port that somebody listens on. */
async function takenPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** The error of a start that must fail. */
function failure(options: Options): Promise<unknown> {
  return start(options).catch((reason: unknown) => reason);
}

describe("PostgresCluster", () => {
  test("listens on 127.0.0.1 only, with a password", async () => {
    const cluster = await start({ ...(await newCluster()), deadline: soon() });
    const [row] = await query(
      cluster.url("postgres"),
      "SELECT current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets",
    );
    expect(row).toEqual({ addresses: "127.0.0.1", sockets: "" });
    const url = new URL(cluster.url("postgres"));
    url.password = "another";
    await expect(query(url.href, "SELECT 1")).rejects.toThrow("password authentication failed");
  });

  test("takes another port when the one it was given has been taken meanwhile", async () => {
    const ports = [await takenPort(), await takenPort(), await getPort({ host: "127.0.0.1" })];
    const answers = ports.values();
    const findPort = async () => answers.next().value ?? 0;
    const cluster = await start({ ...(await newCluster()), deadline: soon(), findPort });
    expect(cluster.port).toBe(ports[2]);
    expect(await query(cluster.url("postgres"), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  test("says that ports are taken, and does not try for ever", async () => {
    const port = await takenPort();
    const error = await failure({
      ...(await newCluster()),
      deadline: soon(),
      findPort: async () => port,
    });
    expect(error).toMatchObject({
      code: "POSTGRES_START_FAILED",
      log: expect.stringContaining("could not bind IPv4 address"),
    });
  });

  test.each([
    ["the data are another version's", (data: string) => writeFileSync(join(data, "PG_VERSION"), "9.1\n")],
    [
      "the configuration is not understood",
      (data: string) => appendFileSync(join(data, "postgresql.conf"), "fast = very\n"),
    ],
    [
      "the data are damaged",
      (data: string) => writeFileSync(join(data, "global/pg_control"), Buffer.alloc(8192, 1)),
    ],
  ])("fails with its log when %s", async (_, damage) => {
    const cluster = await newCluster();
    damage(cluster.dataDirectory);
    const error = await failure({ ...cluster, deadline: soon() });
    // By its end, not by the time that it is given.
    expect(error).toMatchObject({
      code: "POSTGRES_START_FAILED",
      what: expect.stringContaining("ended with"),
      log: expect.stringContaining("FATAL"),
    });
  });

  test("names a data directory without rights", async () => {
    const cluster = await newCluster();
    // For root the directory's owner is then not the one that Postgres runs as; for others it is closed.
    if (cluster.user) chownSync(cluster.dataDirectory, 0, 0);
    else chmodSync(cluster.dataDirectory, 0o000);
    const error = await failure({ ...cluster, deadline: soon() });
    expect(error).toMatchObject({
      code: "DATA_DIRECTORY_UNUSABLE",
      message: expect.stringContaining(cluster.dataDirectory),
    });
  });

  test("names a data directory that does not exist", async () => {
    const dataDirectory = join(await temporaryDirectory(), "data");
    const error = await failure({ ...(await newCluster()), dataDirectory, deadline: soon() });
    expect(error).toMatchObject({
      code: "DATA_DIRECTORY_UNUSABLE",
      message: expect.stringContaining(dataDirectory),
    });
  });

  test("gives up at the deadline, and leaves no process", async () => {
    const cluster = await newCluster();
    const error = await failure({ ...cluster, deadline: performance.now() });
    expect(error).toMatchObject({
      code: "POSTGRES_START_FAILED",
      message: expect.stringContaining("in time"),
    });
    const { stdout } = await execa("ps", ["-A", "-o", "command="]);
    expect(stdout).not.toContain(cluster.dataDirectory);
  });

  test("stops one that does not react", { timeout: 20_000 }, async () => {
    const cluster = await start({ ...(await newCluster()), deadline: soon() });
    process.kill(cluster.pid, "SIGSTOP");
    await cluster.stop();
    expect(isAlive(cluster.pid)).toBe(false);
  });

  test("tells when it has ended by itself", async () => {
    const cluster = await start({ ...(await newCluster()), deadline: soon() });
    process.kill(cluster.pid, "SIGQUIT");
    await cluster.exited;
    expect(isAlive(cluster.pid)).toBe(false);
    expect(cluster.log()).toContain("immediate shutdown");
  });

  test("signals nobody who has its id when it has ended", async ({ skip }) => {
    const cluster = await start({ ...(await newCluster()), deadline: soon() });
    process.kill(cluster.pid, "SIGQUIT");
    await cluster.exited;
    const stranger = startWithPid(cluster.pid);
    skip(stranger === undefined, "only root of a Linux machine may choose the id of a process");
    onTestFinished(() => stranger?.end());
    await cluster.stop();
    // A signal to a child is delivered, and its end seen, before the next one that is started has ended.
    await execa("true");
    expect(stranger?.wasSignalled()).toBe(false);
  });
});
