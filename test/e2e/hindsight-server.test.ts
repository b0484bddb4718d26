import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HindsightClient } from "@vectorize-io/hindsight-client";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import { HindsightServer } from "../../dist/index.mjs";
import { descendants, survivors } from "../support/processes.ts";
import { CLI } from "../support/project.ts";

const PACKAGE = new URL("../../dist/index.mjs", import.meta.url).href;

describe("HindsightServer", () => {
  test("is up inside `await using`, and gone with its Postgres afterwards", async () => {
    let started: { pid: number; command: string }[];
    {
      await using server = await HindsightServer.start();
      const client = new HindsightClient({ baseUrl: server.url });
      await client.retain("my-bank", "Alice works at Google.");
      expect((await client.recall("my-bank", "Where does Alice work?")).results[0]?.text).toMatch(/Google/);
      started = [{ pid: server.pid, command: "daemon" }, ...descendants(server.pid)];
      expect(started.map(({ command }) => command).join("\n")).toMatch(/postgres/);
    }
    expect(await survivors(started)).toEqual([]);
  });

  test("several run at once, each with memories of its own", async () => {
    await using first = await HindsightServer.start();
    await using second = await HindsightServer.start();
    await new HindsightClient({ baseUrl: first.url }).retain("bank", "The first one knows this.");
    const list = new HindsightClient({ baseUrl: second.url }).listMemories("bank");
    await expect(list).rejects.toMatchObject({ statusCode: 404 });
  });

  test("takes its options alone: what a developer has in the shell does not reach it", async () => {
    process.env.HINDSIGHT_API_DATABASE_URL = "postgres://nobody@127.0.0.1:9/nothing";
    process.env.HINDSIGHT_API_LLM_PROVIDER = "openai";
    onTestFinished(() => {
      Reflect.deleteProperty(process.env, "HINDSIGHT_API_DATABASE_URL");
      Reflect.deleteProperty(process.env, "HINDSIGHT_API_LLM_PROVIDER");
    });
    await using server = await HindsightServer.start();
    const client = new HindsightClient({ baseUrl: server.url });
    await client.retain("bank", "The lighthouse is white.");
    expect((await client.listMemories("bank")).total).toBe(1);
  });

  test("stop twice is no error, and a stopped server's process is gone", async () => {
    const server = await HindsightServer.start();
    await server.stop();
    await server.stop();
    await server.exited;
    await expect(fetch(`${server.url}/health`)).rejects.toThrow();
  });

  test.each([
    [{ llmProvider: "openai" }, "LLM_KEY_MISSING"],
    [{ llmProvider: "no-such-provider" }, "INVALID_OPTION"],
    [{ database: "mysql://localhost/x" }, "INVALID_OPTION"],
    [{ port: 70_000 }, "INVALID_OPTION"],
    [{ database: "postgres://someone:secret-word@127.0.0.1:9/nothing" }, "POSTGRES_CONNECT_FAILED"],
    [{ startTimeout: 1 }, "SERVER_START_TIMEOUT"],
  ])("%j is refused with %s", async (options, code) => {
    const error = await HindsightServer.start(options).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toMatch(/secret-word/);
  });

  test("a port that is taken is named", async () => {
    const stranger = createServer().listen(0, "127.0.0.1");
    await once(stranger, "listening");
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as AddressInfo;
    const start = HindsightServer.start({ port });
    await expect(start).rejects.toMatchObject({ code: "SERVER_PORT_TAKEN" });
    await expect(start).rejects.toThrow(String(port));
  });

  test("ends with the process that started it, also when that one is killed", async () => {
    const parent = execa(
      process.execPath,
      [
        "--input-type=module",
        "--eval",
        `import { HindsightServer } from ${JSON.stringify(PACKAGE)};
         const server = await HindsightServer.start();
         console.log("up");`,
      ],
      { reject: false, timeout: 60_000 },
    );
    await once(parent.stdout, "data");
    if (parent.pid === undefined) throw new Error("The parent was not started");
    const started = descendants(parent.pid);
    expect(started.map(({ command }) => command).join("\n")).toMatch(/postgres/);
    parent.kill("SIGKILL");
    await parent;
    expect(await survivors(started)).toEqual([]);
  });
});

describe("hindsight-testkit serve", () => {
  test("prints one line of JSON, logs to stderr, and leaves nothing behind on Ctrl-C", async () => {
    const serve = execa(process.execPath, [CLI, "serve"], { reject: false, timeout: 60_000 });
    const [first] = (await once(serve.stdout, "data")) as [Buffer];
    const { url } = JSON.parse(first.toString()) as { url: string };
    expect((await fetch(`${url}/health`)).status).toBe(200);
    if (serve.pid === undefined) throw new Error("The command was not started");
    const started = descendants(serve.pid);
    serve.kill("SIGINT");
    const { exitCode, stdout, stderr } = await serve;
    expect(exitCode).toBe(0);
    expect(stdout.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/listening/);
    expect(await survivors(started)).toEqual([]);
  });

  test.each([
    [["--llm-provider", "openai"], /LLM_KEY_MISSING/],
    [["--llm-provider", "gpt"], /INVALID_OPTION/],
    [["--port", "http"], /INVALID_OPTION/],
    [["--database", "sqlite"], /INVALID_OPTION/],
    [["--log-level", "loud"], /debug, info, warning, error/],
    [["--prot", "1"], /unknown option '--prot'/],
  ])("%j ends with exit code 1 and says why", async (flags, message) => {
    const { exitCode, stdout, stderr } = await execa(process.execPath, [CLI, "serve", ...flags], {
      reject: false,
      timeout: 60_000,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toMatch(message);
  });
});
