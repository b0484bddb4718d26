import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { retryDatabase, waitForPort } from "../../src/cli/start-failures.ts";
import { TestkitError } from "../../src/errors/testkit-error.ts";

async function takenPort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { server, port: (server.address() as AddressInfo).port };
}

describe("a port that is taken", () => {
  test("is waited for", async () => {
    const { server, port } = await takenPort();
    const waiting = waitForPort("127.0.0.1", port);
    server.close();
    await waiting;
  });

  test("is an error in the end, in upstream's words", async () => {
    const { port } = await takenPort();
    await expect(waitForPort("127.0.0.1", port, { waitMs: 0 })).rejects.toMatchObject({
      code: "SERVER_PORT_TAKEN",
      message: expect.stringContaining(`Error: cannot bind 127.0.0.1:${port}: `),
    });
  });

  test("is not waited for after an interruption; a free one is not at all", async () => {
    const { port } = await takenPort();
    await expect(waitForPort("127.0.0.1", port, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/i);
    await waitForPort("127.0.0.1", 0);
  });
});

const unreachable = () => new TestkitError("POSTGRES_CONNECT_FAILED", { what: "Nobody listens." });

describe("a database that is not there yet", () => {
  test("is asked again, up to a limit", async () => {
    let attempts = 0;
    const start = async () => {
      attempts += 1;
      if (attempts < 3) throw unreachable();
      return "started";
    };
    expect(await retryDatabase(start, { pausesMs: [1, 1] })).toBe("started");
    attempts = -9;
    await expect(retryDatabase(start, { pausesMs: [1, 1] })).rejects.toThrow("Nobody listens.");
    expect(attempts).toBe(-6);
  });

  test("any other fault is told at once", async () => {
    let attempts = 0;
    const start = async () => {
      attempts += 1;
      throw new Error("broken");
    };
    await expect(retryDatabase(start, { pausesMs: [1] })).rejects.toThrow("broken");
    expect(attempts).toBe(1);
  });
});
