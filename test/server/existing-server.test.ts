import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { HindsightClient } from "@vectorize-io/hindsight-client";
import { describe, expect, onTestFinished, test } from "vitest";
import { HindsightServer } from "../../src/server/hindsight-server.ts";
import { withHindsightServer } from "../../src/server/with-server.ts";
import { createTestDatabase } from "../support/database.ts";

const KEY = "the key";

/** A program that is no Hindsight server. */
async function stranger(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function ours(options: { apiKey?: string; env?: Record<string, string> } = {}) {
  const server = await HindsightServer.start({ ...options, database: (await createTestDatabase()).url });
  onTestFinished(() => server.stop());
  return server;
}

describe("`url`", () => {
  test("stands for the server that runs there, and stop() ends nothing", async () => {
    const { url, port } = await ours({ apiKey: KEY, env: { HINDSIGHT_API_BASE_PATH: "/memory" } });
    {
      await using server = await HindsightServer.start({ url: `${url}/memory/`, apiKey: KEY });
      expect(server).toMatchObject({ url: `${url}/memory`, port, version: "1.1.0", pid: undefined });
      expect(server.logs()).toBe("");
      await new HindsightClient({ baseUrl: server.url, apiKey: KEY }).retain("bank", "Ada sails.");
      await server.stop();
    }
    const found = await withHindsightServer({ url, apiKey: KEY }, (server) =>
      new HindsightClient({ baseUrl: server.url, apiKey: KEY }).listMemories("bank", { type: "world" }),
    );
    expect(found.total).toBe(1);
  });

  test.each([
    ["wrong", "does not take this `apiKey`"],
    [undefined, "asks for a key"],
  ])("with the key %s it is refused", async (apiKey, what) => {
    const { url } = await ours({ apiKey: KEY });
    const found = HindsightServer.start({ url, apiKey });
    await expect(found).rejects.toMatchObject({
      code: "API_KEY_REFUSED",
      what: expect.stringContaining(what),
    });
  });

  test.each<[string, RequestListener, string]>([
    ["something else", (_, response) => response.end("<html>hello"), "200: <html>hello"],
    ["a redirection", (_, response) => response.writeHead(307, { location: "/x" }).end(), "answered 307"],
    [
      "a server that is not healthy",
      (_, response) => response.writeHead(503).end('{"status":"unhealthy"}'),
      '503: {"status":"unhealthy"}',
    ],
    [
      "another healthy service",
      (_, response) => response.end('{"status":"healthy"}'),
      "is no Hindsight server",
    ],
  ])("%s is told apart", async (_, answer, what) => {
    await expect(HindsightServer.start({ url: await stranger(answer) })).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      what: expect.stringContaining(what),
    });
  });

  test("where nobody listens, or nobody answers in time", async () => {
    await expect(HindsightServer.start({ url: "http://127.0.0.1:9" })).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      what: expect.stringContaining("ECONNREFUSED"),
    });
    const silent = await stranger(() => {});
    await expect(HindsightServer.start({ url: silent, startTimeout: 100 })).rejects.toMatchObject({
      code: "SERVER_UNREACHABLE",
      what: expect.stringContaining("within 100 ms"),
    });
  });

  test("its search is ended by the signal, and by stop()", async () => {
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const silent = await stranger(() => asked());
    const abort = new AbortController();
    const searching = HindsightServer.start({ url: silent, signal: abort.signal });
    await isAsked;
    abort.abort(new Error("changed my mind"));
    await expect(searching).rejects.toThrow("changed my mind");
    const another = HindsightServer.start({ url: silent });
    await another.stop();
    await expect(another).rejects.toMatchObject({ code: "SERVER_STOPPED" });
  });

  test.each([
    [{ url: "" }, "base URL"],
    [{ url: "localhost:8888" }, "base URL"],
    [{ url: "http://user:secret-word@localhost" }, "base URL"],
    [{ url: "http://localhost/?key=secret-word" }, "base URL"],
    [{ url: "http://localhost", apiKey: "" }, "`apiKey` must be"],
    [{ url: "http://localhost", apiKey: "secret-word\nx" }, "`apiKey` must be"],
    [{ url: "http://localhost", apiKey: "secret-word " }, "`apiKey` must be"],
    [{ url: "http://localhost", port: 8888 }, "`url` and `port` are both given"],
    [{ url: "http://localhost", testMode: false }, "`url` and `testMode`"],
    [{ url: "http://localhost", onLog: () => {} }, "`url` and `onLog`"],
  ])("%j is refused", async (options, what) => {
    const error = await HindsightServer.start(options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "INVALID_OPTION", what: expect.stringContaining(what) });
    expect(String(error)).not.toMatch(/secret-word/);
  });
});
