import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HindsightClient } from "@vectorize-io/hindsight-client";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { HindsightServer, withHindsightServer } from "../../dist/index.mjs";
import { eventually } from "../support/eventually.ts";
import { descendants, isAlive, survivors } from "../support/processes.ts";

const PACKAGE = new URL("../../dist/index.mjs", import.meta.url).href;

/** What a server consists of, beside the processes that were there before. */
function newProcesses(before: readonly { pid: number }[]) {
  const known = new Set(before.map(({ pid }) => pid));
  return descendants(process.pid).filter(
    ({ pid, command }) => !known.has(pid) && /daemon\.mjs|reaper\.mjs|postgres/.test(command),
  );
}

describe("a start that is ended in its middle", () => {
  test.each([
    ["at once", () => true],
    ["when its process is there", (commands: string) => /daemon\.mjs/.test(commands)],
    ["when its Postgres is there", (commands: string) => /postgres/.test(commands)],
  ])("by stop(), %s, has left nothing when stop() resolves", async (_, isMiddle) => {
    const before = descendants(process.pid);
    const starting = HindsightServer.start();
    await eventually(
      () =>
        isMiddle(
          newProcesses(before)
            .map(({ command }) => command)
            .join("\n"),
        ),
      "the start is in its middle",
    );
    const started = newProcesses(before);
    await starting.stop();
    expect(started.filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(newProcesses(before)).toEqual([]);
    await expect(starting).rejects.toMatchObject({ code: "SERVER_STOPPED" });
  });

  test("by its signal rejects with the signal's reason, and has left nothing then", async () => {
    const before = descendants(process.pid);
    const abort = new AbortController();
    const starting = HindsightServer.start({ signal: abort.signal });
    const rejected = expect(starting).rejects.toThrow("changed my mind");
    await eventually(() => newProcesses(before).length > 0, "the start is in its middle");
    abort.abort(new Error("changed my mind"));
    await rejected;
    expect(newProcesses(before)).toEqual([]);
    await expect(HindsightServer.start({ signal: abort.signal })).rejects.toThrow("changed my mind");
  });

  test("by its timeout has left nothing either", async () => {
    const before = descendants(process.pid);
    await expect(HindsightServer.start({ startTimeout: 120 })).rejects.toMatchObject({
      code: "SERVER_START_TIMEOUT",
    });
    expect(newProcesses(before)).toEqual([]);
  });

  test("after its end: stop() of the start stops the server", async () => {
    const starting = HindsightServer.start();
    const { pid } = await starting;
    await starting.stop();
    expect(isAlive(pid)).toBe(false);
  });
});

test("eight are started at once in one process, and stopped in any order", { timeout: 120_000 }, async () => {
  const before = descendants(process.pid);
  const names = ["Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal"];
  const servers = await Promise.all(names.map(() => HindsightServer.start({ startTimeout: 90_000 })));
  expect(new Set(servers.map(({ url }) => url)).size).toBe(8);
  const clients = servers.map(({ url }) => new HindsightClient({ baseUrl: url }));
  await Promise.all(clients.map((client, n) => client.retain("bank", `${names[n]} sails.`)));
  const stop = async (n: number) => {
    const { items } = (await clients[n]?.listMemories("bank", { type: "world" })) ?? { items: [] };
    expect(items.map(({ text }) => text)).toEqual([expect.stringContaining(names[n] ?? "")]);
    await servers[n]?.stop();
  };
  // One after the other, then the rest at once, while others still answer.
  for (const n of [5, 0, 7]) await stop(n);
  await Promise.all([3, 6, 1, 4, 2].map(stop));
  expect(newProcesses(before)).toEqual([]);
});

test("of two that want one port at once one gets it, and nothing of the other is left", async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");

  const results = await Promise.allSettled([1, 2].map(() => HindsightServer.start({ port })));
  const server = results.find((result) => result.status === "fulfilled")?.value;
  expect(results.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "SERVER_PORT_TAKEN" },
  });
  expect(descendants(process.pid).filter(({ command }) => /daemon\.mjs/.test(command))).toMatchObject([
    { pid: server?.pid },
  ]);
  await server?.stop();
});

test("one that is killed is gone with its Postgres when `exited` resolves", async () => {
  const before = descendants(process.pid);
  const server = await HindsightServer.start();
  expect(
    newProcesses(before)
      .map(({ command }) => command)
      .join("\n"),
  ).toMatch(/postgres/);
  process.kill(server.pid, "SIGKILL");
  await server.exited;
  expect(newProcesses(before)).toEqual([]);
  await server.stop();
});

test.each([
  ["process.exit()", "process.exit(0)"],
  ["an error that nobody catches", "setImmediate(() => { throw new Error('oops'); })"],
])("ends when its parent does so by %s, without a stop", async (_, ending) => {
  const program = `
    import { HindsightServer } from ${JSON.stringify(PACKAGE)};
    const server = await HindsightServer.start();
    console.log("up");
    process.stdin.once("data", () => { ${ending}; });`;
  const parent = execa(process.execPath, ["--input-type=module", "-e", program], {
    stdin: "pipe",
    reject: false,
    timeout: 60_000,
  });
  await once(parent.stdout, "data");
  if (parent.pid === undefined) throw new Error("The parent was not started");
  const started = descendants(parent.pid);
  expect(started.map(({ command }) => command).join("\n")).toMatch(/postgres/);
  parent.stdin.write("end\n");
  await parent;
  expect(await survivors(started)).toEqual([]);
});

test("on localhost its URL leads to it, not to another program on the same port of the other loopback address", async () => {
  const stranger = createServer((_, response) => response.end("{}"));
  stranger.listen(0, "::1");
  await once(stranger, "listening");
  onTestFinished(() => void stranger.close());
  const { port } = stranger.address() as AddressInfo;
  const starting = HindsightServer.start({ host: "localhost", port });
  const server = await starting.catch((error: unknown) => error);
  // Where localhost is first of all ::1, the port is taken.
  if (!(server instanceof Object && "url" in server)) {
    expect(server).toMatchObject({ code: "SERVER_PORT_TAKEN" });
    return;
  }
  onTestFinished(() => starting.stop());
  expect(server.url).toBe(`http://127.0.0.1:${port}`);
});

test("listening everywhere, its URL is one that can be called", async () => {
  await using server = await HindsightServer.start({ host: "0.0.0.0" });
  expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
});

describe("withHindsightServer", () => {
  test("hands on what the function returns, when its server is gone", async () => {
    const before = descendants(process.pid);
    const text = await withHindsightServer({}, async ({ url }) => {
      const client = new HindsightClient({ baseUrl: url });
      await client.retain("my-bank", "Alice works at Google.");
      return (await client.recall("my-bank", "Where does Alice work?")).results[0]?.text;
    });
    expect(text).toMatch(/Google/);
    expect(newProcesses(before)).toEqual([]);
  });

  test("throws what the function throws, when its server is gone", async () => {
    const before = descendants(process.pid);
    const failing = withHindsightServer({}, () => {
      throw new Error("the agent forgot");
    });
    await expect(failing).rejects.toThrow("the agent forgot");
    expect(newProcesses(before)).toEqual([]);
  });
});
